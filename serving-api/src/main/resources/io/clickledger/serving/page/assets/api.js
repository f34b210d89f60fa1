// The API's answers. A failure is an Error with a sentence for people.

const LONGEST_WAIT = 40_000;

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

async function get(path) {
  let response;
  try {
    response = await fetch(path, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
  } catch {
    throw new Error("The API does not answer.");
  }
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Error(`The API answered ${response.status} with something else than JSON.`);
  }
  if (!response.ok) throw new Error(`${body.title}: ${body.detail}.`);
  return body;
}
