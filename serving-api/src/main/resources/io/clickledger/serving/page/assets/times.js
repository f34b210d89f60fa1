// Days and clock times of a zone. The API turns local days into instants, so no rule about
// clock changes is written here.

const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const HOME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The day of an instant in the zone, as 2026-11-20. */
export function dayOf(instant, zone) {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(instant);
  const part = (type) => parts.find((p) => p.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

export function plusDays(day, days) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

export function clock(instant, zone) {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit" });
}

export function clockWithSeconds(instant, zone) {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function weekdayAndDay(instant, zone) {
  return format(instant, zone, { weekday: "short", day: "numeric", month: "short" });
}

export function dayAndClock(instant, zone) {
  return `${weekdayAndDay(instant, zone)}, ${clock(instant, zone)}`;
}

function format(instant, zone, fields) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...fields }).format(
    instant,
  );
}

/** "4 s", "3 min", "2 h", "5 days". */
export function duration(seconds) {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}
