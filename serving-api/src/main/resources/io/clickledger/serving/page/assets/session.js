// The key that the page asks with. It stays in this tab, and the browser sends it nowhere by itself.

const KEY = "key";
// What sessionStorage would keep, where it is off.
let own = null;

/** The key of a link, /#key=..., which is taken out of the address at once, or that of this tab. */
export function rememberedKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get(KEY);
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    remember(given.trim());
  }
  try {
    return sessionStorage.getItem(KEY) ?? own;
  } catch {
    return own;
  }
}

export function remember(key) {
  own = key;
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // It lasts as long as the page.
  }
}

export function forget() {
  own = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There was none.
  }
}
