// An operator's SMSC on loopback, on top of the npm package smpp, that misbehaves as it is told.
//
//   node smsc.js PORT CONTROL_PORT
//
// Control, by HTTP GET:
//   /set?name=value…  dlr (1), delay (ms before a response), tps (0 = any), ids (hex, decimal, constant), early (receipt
//                     before the response), refuse (binds), mute (say nothing), twice (receipts),
//                     broken (receipts: 1 = told by elements alone, 2 = not at all)
//   /mo?from&to&text | hex &dc&esm&tlv   one text to us; the answer is the status of deliver_sm_resp, 504 when none comes
//   /pair?from&to&one&two | split        two texts in one write, or one text in two writes
//   /sequence?last  the number of the last PDU of ours, on every link
//   /drop  break every link;  /unbind  end them politely;  /  counters and everything that was submitted
const http = require('http');
const smpp = require('smpp');

const [port, control] = process.argv.slice(2);
const how = { dlr: '1', delay: '0', tps: '0', ids: 'hex', early: '0', refuse: '0', mute: '0', twice: '0', broken: '0' };
const sessions = new Set();
const submitted = [];
const count = { binds: 0, refused: 0, throttled: 0, receipts: 0 };
let taken = 0;
let thisSecond = 0;
setInterval(() => { thisSecond = 0; }, 1000).unref();

const receivers = () => [...sessions].filter((session) => session.bound !== 'bind_transmitter');
const identifiers = { hex: (n) => n.toString(16).padStart(8, '0'), decimal: (n) => String(n), constant: () => '1' };

function receipt(pdu, id) {
  const time = new Date().toISOString().replace(/[-:T]/g, '').slice(2, 12);
  const message = how.broken !== '0' ? 'no receipt'
    : `id:${id} sub:001 dlvrd:001 submit date:${time} done date:${time} stat:DELIVRD err:000 text:x`;
  const sent = { source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
    short_message: { message }, ...(how.broken === '2' ? {} : { receipted_message_id: id, message_state: 2 }) };
  const session = receivers()[0];
  if (session) for (let n = how.twice === '1' ? 2 : 1; n; n -= 1) { session.deliver_sm(sent); count.receipts += 1; }
}

function submit(session, pdu) {
  if (how.mute === '1') return;
  thisSecond += 1;
  if (+how.tps && thisSecond > +how.tps) {
    count.throttled += 1;
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    return;
  }
  taken += 1;
  const { message, udh } = pdu.short_message;
  submitted.push({ to: pdu.destination_addr, from: pdu.source_addr, dc: pdu.data_coding, text: String(message),
    udh: udh ? Buffer.concat([].concat(udh)).toString('hex') : '' });
  const id = identifiers[how.ids](taken);
  const wanted = how.dlr === '1' && (pdu.registered_delivery & 1);
  const respond = () => session.send(pdu.response({ message_id: id }));
  if (wanted && how.early === '1') receipt(pdu, id);
  setTimeout(() => { respond(); if (wanted && how.early !== '1') receipt(pdu, id); }, +how.delay);
}

function bind(session, name, pdu) {
  if (how.refuse === '1') {
    count.refused += 1;
    session.send(pdu.response({ command_status: smpp.ESME_RBINDFAIL }));
    session.close();
    return;
  }
  count.binds += 1;
  session.bound = name;
  sessions.add(session);
  session.send(pdu.response({ system_id: 'SMSC' }));
}

smpp.createServer({}, (session) => {
  session.on('error', () => {});
  session.on('close', () => sessions.delete(session));
  for (const name of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(name, (pdu) => bind(session, name, pdu));
  }
  session.on('enquire_link', (pdu) => { if (how.mute !== '1') session.send(pdu.response()); });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('submit_sm', (pdu) => submit(session, pdu));
}).listen(+port, '127.0.0.1');

function text(query) {
  const made = { source_addr: query.get('from'), destination_addr: query.get('to'), source_addr_ton: 1,
    source_addr_npi: 1, short_message: query.get('text') ?? '' };
  if (query.has('hex')) made.short_message = Buffer.from(query.get('hex'), 'hex');
  if (query.has('dc')) made.data_coding = +query.get('dc');
  if (query.has('esm')) made.esm_class = +query.get('esm');
  if (query.has('tlv')) made.additional_status_info_text = Buffer.from('ff00fe', 'hex').toString('latin1');
  return made;
}

function deliver(query, answer) {
  const [session] = receivers();
  if (!session) { answer.statusCode = 503; answer.end('no link'); return; }
  const late = setTimeout(() => { answer.statusCode = 504; answer.end('no response'); }, 15000);
  session.deliver_sm(text(query), (pdu) => { clearTimeout(late); answer.end(String(pdu.command_status)); });
}

// Bytes as they travel: two texts in one write, or one text in two writes with a pause between them.
function raw(query, answer) {
  const [session] = receivers();
  const pdu = (content) => {
    session.sequence += 1;
    const made = new smpp.PDU('deliver_sm', text(new URLSearchParams({ from: query.get('from'), to: query.get('to'), text: content })));
    made.sequence_number = session.sequence;
    return made.toBuffer();
  };
  if (query.has('split')) {
    const bytes = pdu(query.get('split'));
    const write = session.socket.write.bind(session.socket);
    const held = [];
    write(bytes.subarray(0, 21));
    session.socket.write = (...others) => held.push(others); // nothing may come between the halves
    setTimeout(() => {
      write(bytes.subarray(21));
      delete session.socket.write;
      held.forEach((others) => write(...others));
      answer.end('ok');
    }, 300);
  } else {
    session.socket.write(Buffer.concat([pdu(query.get('one')), pdu(query.get('two'))]));
    answer.end('ok');
  }
}

http.createServer((request, answer) => {
  const url = new URL(request.url, 'http://smsc');
  if (url.pathname === '/mo') { deliver(url.searchParams, answer); return; }
  if (url.pathname === '/pair') { raw(url.searchParams, answer); return; }
  if (url.pathname === '/set') Object.assign(how, Object.fromEntries(url.searchParams));
  if (url.pathname === '/sequence') for (const session of sessions) session.sequence = +url.searchParams.get('last');
  if (url.pathname === '/drop') for (const session of sessions) session.destroy();
  if (url.pathname === '/unbind') for (const session of sessions) session.unbind(() => session.close());
  answer.end(JSON.stringify({ ...count, submitted, links: [...sessions].map((session) => session.bound) }));
}).listen(+control, '127.0.0.1');
