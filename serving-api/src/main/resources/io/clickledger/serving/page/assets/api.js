// The API's answers. A failure is an Error with a sentence for people.

import { rememberedKey } from "./session.js";

const LONGEST_WAIT = 40_000;

/** The key is none, or is not valid any more. */
export class SignedOut extends Error {}

export async function report(parameters) {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(parameters)) {
    for (const value of [values].flat()) query.append(name, value);
  }
  return get(`/v1/reports/clicks?${query}`);
}

export async function freshness() {
  return get("/v1/freshness");
}

/** Who one is, and what one may see. */
export async function access() {
  return get("/v1/access");
}

/** What a link cannot ask for, since the browser would send no key. */
export async function download(path) {
  const response = await send(path, "text/csv");
  if (!response.ok) throw new Error(`The API answered ${response.status}.`);
  return response.blob();
}

async function send(path, accept) {
  const key = rememberedKey();
  if (key === null) throw new SignedOut("Sign in with a key.");
  let response;
  try {
    response = await fetch(path, {
      headers: { Accept: accept, Authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    throw new Error("The API does not answer.");
  }
  if (response.status === 401) throw new SignedOut("The key is not valid (any more).");
  return response;
}

async function get(path) {
  const response = await send(path, "application/json");
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Error(`The API answered ${response.status} with something else than JSON.`);
  }
  if (!response.ok) throw new Error(`${body.title}: ${body.detail}.`);
  return body;
}
