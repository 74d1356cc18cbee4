// How many messages a text costs: GSM-7 160/153 septets, else UCS-2 70/67 code units (3GPP TS 23.038, 23.040).
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

/** {units, segments, size, gsm}: units used, messages needed, units that fit into these messages. */
export function segments(text) {
  const characters = [...text.normalize("NFC")];
  const gsm = characters.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const units = gsm
    ? characters.reduce((sum, c) => sum + (EXTENDED.has(c) ? 2 : 1), 0)
    : characters.reduce((sum, c) => sum + c.length, 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  const count = units <= single ? 1 : Math.ceil(units / part);
  return { units, gsm, segments: count, size: count === 1 ? single : count * part };
}
