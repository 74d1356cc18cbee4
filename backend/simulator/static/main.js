// The page of the test phones: makes phones, hands examples to the one used last.
import { Network } from "./network.js";
import { Phone } from "./phone.js";

const MOST_PHONES = 4;
const settings = JSON.parse(document.getElementById("settings").textContent);
const network = new Network(settings.addresses);
const place = document.getElementById("phones");
const template = document.getElementById("phone-template");
const addButton = document.getElementById("add-phone");
const phones = [];
let current = null;

function add() {
  const unit = template.content.firstElementChild.cloneNode(true);
  place.append(unit);
  const used = new Set(phones.map((phone) => phone.input.value));
  const number = settings.numbers.find((candidate) => !used.has(candidate)) ?? settings.numbers[0];
  const phone = new Phone(unit, network, settings.words, number);
  phones.push(phone);
  unit.addEventListener("focusin", () => { current = phone; });
  unit.addEventListener("pointerdown", () => { current = phone; });
  unit.querySelector(".remove").addEventListener("click", () => remove(phone));
  current ??= phone;
  refresh();
}

function remove(phone) {
  phone.remove();
  phones.splice(phones.indexOf(phone), 1);
  if (current === phone) current = phones[0];
  refresh();
}

function refresh() {
  addButton.disabled = phones.length >= MOST_PHONES;
  for (const phone of phones) phone.find(".remove").hidden = phones.length === 1;
}

for (const button of document.querySelectorAll(".example")) {
  button.addEventListener("click", () => current.example(button.dataset.kind, button.dataset.text));
}
addButton.addEventListener("click", add);
add();
if (window.matchMedia("(min-width: 1100px)").matches) add();
current = phones[0];
