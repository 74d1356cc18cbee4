// Keeps the page fresh: asks for this very address again, which is answered by 304 until the map has changed.
const EVERY_MS = 30_000;
const news = document.getElementById("news");
let tag = null;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-cache" });
  if (!answer.ok || answer.headers.get("ETag") === tag) return;
  const newest = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...document.querySelectorAll("[data-live]")].filter((part) => differs(part, newest));
  if (parts.some((part) => part.contains(document.activeElement))) return; // nobody is thrown off a link they are on
  tag = answer.headers.get("ETag");
  for (const part of parts) {
    const fresh = newest.getElementById(part.id);
    part.className = fresh.className;
    part.replaceChildren(...fresh.childNodes);
  }
  if (parts.length) news.textContent = `${news.dataset.updated} ${new Date().toLocaleTimeString(document.documentElement.lang)}`;
}

function differs(part, newest) {
  return part.innerHTML !== newest.getElementById(part.id)?.innerHTML;
}

function soon() {
  refresh().catch(() => {}); // no network: the page stays as it is, the next time may do
}

setInterval(soon, EVERY_MS);
document.addEventListener("visibilitychange", soon);
