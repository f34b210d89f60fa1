// Numbers as people read them.

const COUNT = new Intl.NumberFormat("en");
const SHORT_COUNT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value) => COUNT.format(value);

export const shortCount = (value) => SHORT_COUNT.format(value);

/** Micros of a currency as money, to the cent or what the currency has instead. */
export function money(micros, currency) {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).format(micros / 1e6);
  } catch {
    return `${count(micros / 1e6)} ${currency}`;
  }
}
