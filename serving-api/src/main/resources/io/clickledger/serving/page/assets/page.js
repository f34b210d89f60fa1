// The page: asks the API again and again, and shows what it says, errors included.

import { SignedOut, access, download, freshness, report } from "./api.js";
import { HoursChart, MinutesChart } from "./charts.js";
import { count, money } from "./numbers.js";
import { forget, remember } from "./session.js";
import {
  HOME_ZONE,
  HOUR,
  MINUTE,
  clock,
  clockWithSeconds,
  dayAndClock,
  dayOf,
  duration,
  plusDays,
} from "./times.js";

const REFRESH = 5_000;
// Resting this many times as long as answers took leaves a slow lake most of its time.
const REST = 2;
const LONGEST_PAUSE = 60_000;
const SLOW_EVERY = 6;
const MINUTES_SHOWN = 60;
const DAYS_SHOWN = 3;
const CAMPAIGNS_SHOWN = 8;
// Clicks land every few seconds; where fewer come, the next one may be some usual gaps away.
const LANDING_SECONDS = 20;
const USUAL_GAPS = 5;
// What is neither valid nor a duplicate is invalid: the kinds of it are not for everybody.
const COUNTS = ["valid_clicks", "gross_clicks", "duplicate_clicks"];

const $ = (id) => document.getElementById(id);
const minutesChart = new MinutesChart($("minutes"));
const hoursChart = new HoursChart($("hours"));

let zone = rememberedZone();
let round = 0;
let isAllWanted = false;
let failures = 0;
let timer = null;
let isRefreshing = false;
let isPaused = false;
let lastGood = null;
let usualGapSeconds = 0;
// Who asks, and what he may see; null while that is not known.
let who = null;
const tables = { minutes: null, hours: null };

// Refreshing

async function refresh() {
  clearTimeout(timer);
  if (isRefreshing) return;
  isRefreshing = true;
  const began = performance.now();
  try {
    who ??= await access();
    showWho();
    // The API's clock, so that a wrong clock here shows no wrong day.
    const pin = await freshness();
    const now = Date.parse(pin.as_of);
    const asked = [showMinutes(now), showTotals(now)];
    if (isAllWanted || round % SLOW_EVERY === 0) {
      isAllWanted = false;
      asked.push(showHours(now));
      if (maySee("campaign_id")) asked.push(showCampaigns(now));
    }
    await Promise.all(asked);
    showPin(pin);
    round += 1;
    failures = 0;
    lastGood = now;
    showAlert(null);
  } catch (failure) {
    failures += 1;
    isAllWanted = true;
    if (failure instanceof SignedOut) askForKey(failure);
    else showAlert(failure);
  } finally {
    isRefreshing = false;
    document.documentElement.dataset.rounds = round;
    if (!isPaused && !isSignedOut() && !document.hidden) timer = setTimeout(refresh, pause(performance.now() - began));
  }
}

function pause(took) {
  const wanted = Math.max(REFRESH * 2 ** Math.min(failures, 10) - took, REST * took);
  return Math.min(wanted, LONGEST_PAUSE);
}

// What is asked and shown

async function showMinutes(now) {
  const to = (Math.floor(now / MINUTE) + 1) * MINUTE;
  const from = to - MINUTES_SHOWN * MINUTE;
  const answer = await report({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    granularity: "minute",
    measures: COUNTS,
  });
  const slots = Array.from({ length: MINUTES_SHOWN }, (_, i) => ({
    start: from + i * MINUTE,
    valid: 0,
    duplicate: 0,
    invalid: 0,
  }));
  for (const row of answer.rows) {
    const slot = slots[(Date.parse(row.start) - from) / MINUTE];
    slot.valid = row.valid_clicks;
    slot.duplicate = row.duplicate_clicks;
    slot.invalid = invalid(row);
  }
  minutesChart.show(slots, zone);
  const total = slots.reduce((sum, s) => sum + s.valid + s.duplicate + s.invalid, 0);
  const valid = slots.reduce((sum, s) => sum + s.valid, 0);
  usualGapSeconds = (MINUTES_SHOWN * 60) / Math.max(total, 1);
  $("minutes-nothing").hidden = total > 0;
  $("minutes").setAttribute(
    "aria-label",
    `Clicks per minute of the last 60 minutes: ${count(total)} in all, ${count(valid)} of them valid`,
  );
  tables.minutes = {
    head: ["Minute", "Valid", "Duplicate", "Invalid"],
    rows: [...slots]
      .reverse()
      .map((s) => [clock(s.start, zone), count(s.valid), count(s.duplicate), count(s.invalid)]),
  };
  showTable("minutes");
}

async function showTotals(now) {
  const today = dayOf(now, zone);
  const answer = await report({
    from: plusDays(today, -1),
    to: plusDays(today, 1),
    granularity: "day",
    time_zone: zone,
    measures: maySee("cost_micros") ? [...COUNTS, "cost_micros"] : COUNTS,
  });
  showTotal("today", answer.rows.filter((row) => row.start.startsWith(today)));
  showTotal("yesterday", answer.rows.filter((row) => !row.start.startsWith(today)));
  const restated = $("restated");
  restated.hidden = answer.restatements.length === 0;
  restated.textContent = answer.restatements.map(restatement).join("; ");
}

/** By how much the newest revision of a UTC day moved it. */
function restatement({ day, revision, causes, change }) {
  const valid = change.valid_clicks;
  const why = causes.map((cause) => cause.toLowerCase().replace("_", " ")).join(", ");
  return `Restated ${day} (revision ${revision}): ${valid < 0 ? "" : "+"}${count(valid)} valid, by ${why}`;
}

function showTotal(id, rows) {
  const card = $(id);
  for (const place of card.querySelectorAll("[data-measure]")) {
    const name = place.dataset.measure;
    const value = (row) => (name === "invalid_clicks" ? invalid(row) : row[name]);
    place.textContent = count(rows.reduce((sum, row) => sum + value(row), 0));
  }
  const costs = rows.filter((row) => row.currency !== null && row.cost_micros > 0);
  card.querySelector("[data-cost]").replaceChildren(
    ...costs.map((row) => element("span", money(row.cost_micros, row.currency))),
  );
  const chip = card.querySelector(".chip");
  const finality =
    ["provisional", "restated", "final"].find((word) => rows.some((r) => r.finality === word)) ?? "";
  chip.dataset.finality = finality;
  const isOpen = finality !== "" && finality !== "provisional" && rows.some((row) => row.open);
  chip.textContent = isOpen ? `${finality}, open` : finality;
}

async function showHours(now) {
  const today = dayOf(now, zone);
  const asked = {
    from: plusDays(today, 1 - DAYS_SHOWN),
    to: plusDays(today, 1),
    granularity: "hour",
    time_zone: zone,
    measures: ["valid_clicks", "gross_clicks"],
  };
  const answer = await report(asked);
  const measures = [...asked.measures, ...["cost_micros"].filter(maySee)].join(",");
  $("csv").dataset.path = `/v1/reports/clicks?${new URLSearchParams({ ...asked, measures, format: "csv" })}`;
  const from = Date.parse(answer.query.from);
  const hours = Math.ceil((Date.parse(answer.query.to) - from) / HOUR);
  const slots = Array.from({ length: hours }, (_, i) => ({
    start: from + i * HOUR,
    valid: 0,
    gross: 0,
    finality: null,
  }));
  for (const row of answer.rows) {
    const slot = slots[Math.floor((Date.parse(row.start) - from) / HOUR)];
    slot.valid += row.valid_clicks;
    slot.gross += row.gross_clicks;
    slot.finality = row.finality;
  }
  const through = answer.through === null ? null : Date.parse(answer.through);
  hoursChart.show(slots, through, zone);
  const isEmpty = slots.every((slot) => slot.gross === 0);
  $("hours-nothing").hidden = !isEmpty;
  $("empty").hidden = !isEmpty;
  $("restated-key").hidden = !slots.some((slot) => slot.finality === "restated");
  const valid = slots.reduce((sum, slot) => sum + slot.valid, 0);
  $("hours").setAttribute(
    "aria-label",
    `Valid clicks per hour of the last ${DAYS_SHOWN} days: ${count(valid)} in all; ${
      through === null ? "none is final yet" : `final until ${dayAndClock(through, zone)}`
    }`,
  );
  tables.hours = {
    head: ["Hour", "Valid", "Gross", "Finality"],
    rows: [...slots]
      .reverse()
      .filter((s) => s.finality !== null)
      .map((s) => [dayAndClock(s.start, zone), count(s.valid), count(s.gross), s.finality]),
  };
  showTable("hours");
}

async function showCampaigns(now) {
  const today = dayOf(now, zone);
  const answer = await report({
    from: today,
    to: plusDays(today, 1),
    time_zone: zone,
    group_by: "campaign_id",
    names: true,
    measures: ["valid_clicks", "cost_micros"],
    order_by: "-valid_clicks",
    limit: CAMPAIGNS_SHOWN,
  });
  const most = Math.max(1, ...answer.rows.map((row) => row.valid_clicks));
  $("campaigns-nothing").hidden = answer.rows.length > 0;
  $("campaigns").replaceChildren(
    ...answer.rows.map((row) => {
      const name = element("span", row.campaign_name ?? row.campaign_id ?? "unknown ads", "of");
      if (row.campaign_id === null) name.classList.add("unknown");
      else name.title = name.textContent;
      const bar = element("span", "", "bar");
      bar.style.setProperty("--share", row.valid_clicks / most);
      const campaign = element("td", "");
      campaign.append(name);
      if (row.campaign_name !== null) campaign.append(element("span", row.campaign_id, "id"));
      campaign.append(bar);
      const cost = row.currency === null ? "–" : money(row.cost_micros, row.currency);
      const line = element("tr", "");
      line.append(
        campaign,
        element("td", count(row.valid_clicks), "number"),
        element("td", cost, "number"),
      );
      return line;
    }),
  );
}

function showPin(pin) {
  const { landed_through: landed, seconds_behind: behind } = pin.freshness;
  if (landed === null) showBadge("waiting", "No clicks landed yet");
  else if (behind <= LANDING_SECONDS + USUAL_GAPS * usualGapSeconds)
    showBadge("fresh", `Live · ${duration(behind)} behind`);
  else showBadge("behind", `No click has landed for ${duration(behind)}`);
  const through = pin.through === null ? null : Date.parse(pin.through);
  $("through").textContent = through === null ? "nothing yet" : dayAndClock(through, zone);
  $("through-note").textContent =
    through === null
      ? "The first nightly run makes numbers final."
      : `${zone} · earlier clicks are final, later ones provisional`;
  $("pending").textContent = count(pin.pending_late_clicks);
  $("publication").textContent = pin.publication_id === null ? "none" : `№ ${pin.publication_id}`;
  $("closed-before").textContent = pin.closed_before ?? "the beginning";
  $("as-of").textContent = `As of ${clockWithSeconds(Date.parse(pin.as_of), zone)} ${zone}`;
  $("snapshots").textContent = `live snapshot ${pin.snapshot_ids["live.clicks_by_minute"]}`;
}

// Pieces

const invalid = (row) => row.gross_clicks - row.duplicate_clicks - row.valid_clicks;

const maySee = (column) => who.dimensions.includes(column) || who.measures.includes(column);

function element(tag, text, className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function showTable(name) {
  const details = document.querySelector(`details[data-table="${name}"]`);
  if (!details.open || tables[name] === null) return;
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  tables[name].head.forEach((text, i) => {
    const cell = element("th", text, i > 0 && i < 3 ? "number" : "");
    cell.scope = "col";
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of tables[name].rows) {
    const line = body.insertRow();
    row.forEach((text, i) => line.append(element("td", text, /^[\d,]+$/.test(text) && i > 0 ? "number" : "")));
  }
  details.querySelector(".scroll").replaceChildren(table);
}

function showBadge(state, text) {
  $("freshness").dataset.state = state;
  $("freshness-text").textContent = text;
}

function showAlert(failure) {
  const alert = $("alert");
  document.body.classList.toggle("is-old", failure !== null);
  if (failure === null) {
    alert.hidden = true;
    return;
  }
  const shown = lastGood === null ? "" : ` The numbers shown are of ${clockWithSeconds(lastGood, zone)}.`;
  const text = `${failure.message}${shown} Trying again.`;
  // Written only when it changes, or a screen reader would say it again every time.
  if (alert.textContent !== text) alert.textContent = text;
  alert.hidden = false;
  showBadge("away", "Not connected");
}

// Who asks

const isSignedOut = () => !$("sign-in").hidden;

function showWho() {
  const [ids] = Object.values(who.scope);
  $("who").textContent = ids === undefined ? who.role : `${who.role} ${ids.join(", ")}`;
  $("who").title = who.name;
  showSignIn(false);
  $("campaigns-card").hidden = !maySee("campaign_id");
}

function askForKey(failure) {
  who = null;
  $("sign-in-note").textContent = failure.message;
  showSignIn(true);
  showAlert(null);
  showBadge("waiting", "Signed out");
}

function showSignIn(isWanted) {
  $("sign-in").hidden = !isWanted;
  for (const id of ["who", "sign-out", "pause", "csv"]) $(id).hidden = isWanted;
  for (const section of document.querySelectorAll("main > .totals, main > .card, main > .pair"))
    section.hidden = isWanted;
  if (isWanted) $("empty").hidden = true;
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn($("key").value.trim());
  $("key").value = "";
});

function signIn(key) {
  remember(key);
  who = null;
  isAllWanted = true;
  refresh();
}

$("sign-out").addEventListener("click", () => {
  forget();
  // Nothing that was shown stays in the page.
  location.reload();
});

$("csv").addEventListener("click", async (event) => {
  event.preventDefault();
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await download($("csv").dataset.path));
    link.download = "clicks.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (failure) {
    showAlert(failure);
  }
});

// A link with another key, opened in this tab.
window.addEventListener("hashchange", () => {
  if (location.hash.startsWith("#key=")) location.reload();
});

// Controls

function rememberedZone() {
  try {
    return localStorage.getItem("zone") === "UTC" ? "UTC" : HOME_ZONE;
  } catch {
    return HOME_ZONE;
  }
}

function offerZones() {
  if (HOME_ZONE === "UTC") return;
  $("zone-choice").hidden = false;
  $("zone").append(...[HOME_ZONE, "UTC"].map((name) => new Option(name, name, false, name === zone)));
  $("zone").addEventListener("change", (event) => {
    zone = event.target.value;
    try {
      localStorage.setItem("zone", zone);
    } catch {
      // Not remembered where storage is off.
    }
    isAllWanted = true;
    refresh();
  });
}

$("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  $("pause").textContent = isPaused ? "Resume" : "Pause";
  if (isPaused) clearTimeout(timer);
  else refresh();
});

for (const details of document.querySelectorAll("details[data-table]")) {
  details.addEventListener("toggle", () => showTable(details.dataset.table));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !isPaused) refresh();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  minutesChart.recolour();
  hoursChart.recolour();
});

offerZones();
refresh();
