// The phone's way to the network: the simulator channel's webhooks, and its inbox.
export class Network {
  /** @param {{sms: string, ussd: string, messages: string}} addresses */
  constructor(addresses) { this.addresses = addresses; }

  async sendText(number, text) {
    await post(this.addresses.sms, { id: randomId(), from: number, text });
  }

  /** What the screen shows: {text, open}. */
  async ussdStep(number, session, text) {
    const kind = session.step === 0 ? "start" : "text";
    const answer = await post(this.addresses.ussd, { session: session.id, step: session.step, from: number, kind, text });
    return { text: answer.text, open: !answer.final };
  }

  async ussdEnd(number, session) {
    await post(this.addresses.ussd, { session: session.id, step: session.step + 1, from: number, kind: "close", text: "" });
  }

  /** Messages received after the one with id `after`: [{id, text, segments, time}]. */
  async messages(number, after) {
    const query = new URLSearchParams({ number, after });
    const response = await fetch(`${this.addresses.messages}?${query}`, { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()).messages;
  }
}

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// crypto.randomUUID is missing on plain HTTP outside localhost.
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, "0")).join("");
}
