// The two charts. Colours are the style sheet's, read again when the colour scheme changes.

import { HOUR, MINUTE, clock, dayAndClock, weekdayAndDay } from "./times.js";
import { count } from "./numbers.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.font.size = 12;

// Narrower, the labels of noon would touch those of the days.
const ROOMY_PIXELS = 480;

function options({ tick, title }) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    layout: { padding: { top: 18 } },
    plugins: {
      legend: { display: false },
      tooltip: { callbacks: { title }, boxPadding: 4, padding: 10 },
    },
    scales: {
      x: {
        stacked: true,
        grid: { display: false },
        border: { color: colour("line") },
        ticks: { autoSkip: false, maxRotation: 0, color: colour("quiet"), callback: tick },
      },
      y: {
        stacked: true,
        beginAtZero: true,
        border: { display: false },
        grid: { color: colour("grid") },
        ticks: { precision: 0, maxTicksLimit: 5, color: colour("quiet"), callback: (v) => count(v) },
      },
    },
  };
}

/** backgroundColor is asked at every update, so that it follows the colour scheme. */
function dataset(label, backgroundColor) {
  return {
    label,
    data: [],
    backgroundColor,
    borderRadius: 2,
    barPercentage: 0.86,
    categoryPercentage: 1,
  };
}

/** Clicks of each of the last minutes, by class. */
export class MinutesChart {
  #zone = "UTC";
  #slots = [];
  #chart;

  constructor(canvas) {
    this.#chart = new Chart(canvas, {
      type: "bar",
      data: {
        labels: [],
        datasets: ["Valid", "Duplicate", "Invalid"].map((label) =>
          dataset(label, () => colour(label.toLowerCase())),
        ),
      },
      options: options({
        tick: (_, i) =>
          this.#slots[i] % (10 * MINUTE) === 0 ? clock(this.#slots[i], this.#zone) : null,
        title: ([item]) => clock(this.#slots[item.dataIndex], this.#zone),
      }),
    });
  }

  /** slots: [{start, valid, duplicate, invalid}] */
  show(slots, zone) {
    this.#zone = zone;
    this.#slots = slots.map((slot) => slot.start);
    const { data } = this.#chart;
    data.labels = this.#slots;
    data.datasets[0].data = slots.map((slot) => slot.valid);
    data.datasets[1].data = slots.map((slot) => slot.duplicate);
    data.datasets[2].data = slots.map((slot) => slot.invalid);
    this.#chart.update("none");
  }

  recolour() {
    recolour(this.#chart);
  }
}

/** Valid clicks of each hour, with the seam of final and provisional drawn. */
export class HoursChart {
  #zone = "UTC";
  #slots = [];
  #seam = 0;
  #through = null;
  #chart;

  constructor(canvas) {
    this.#chart = new Chart(canvas, {
      type: "bar",
      data: {
        labels: [],
        datasets: [
          dataset("Valid clicks", ({ dataIndex }) =>
            colour(this.#slots[dataIndex]?.finality ?? "provisional"),
          ),
        ],
      },
      options: options({
        tick: (_, i) => this.#tick(i),
        title: ([item]) => {
          const slot = this.#slots[item.dataIndex];
          return `${dayAndClock(slot.start, this.#zone)} · ${slot.finality ?? "no clicks"}`;
        },
      }),
      plugins: [
        {
          id: "seam",
          beforeDatasetsDraw: (chart) => this.#shade(chart),
          afterDatasetsDraw: (chart) => this.#line(chart),
        },
      ],
    });
  }

  /** slots: [{start, valid, finality}]; through: epoch milliseconds or null */
  show(slots, through, zone) {
    this.#zone = zone;
    this.#slots = slots;
    this.#through = through;
    const hours = through === null ? 0 : (through - slots[0].start) / HOUR;
    this.#seam = Math.min(Math.max(hours / slots.length, 0), 1);
    this.#chart.data.labels = slots.map((slot) => slot.start);
    this.#chart.data.datasets[0].data = slots.map((slot) => slot.valid);
    this.#chart.update("none");
  }

  recolour() {
    recolour(this.#chart);
  }

  #tick(i) {
    const time = clock(this.#slots[i].start, this.#zone);
    if (time.startsWith("00:")) return weekdayAndDay(this.#slots[i].start, this.#zone);
    const isRoomy = this.#chart.width > ROOMY_PIXELS;
    return isRoomy && time.startsWith("12:") ? "12:00" : null;
  }

  #x(chart) {
    const { left, width } = chart.chartArea;
    return left + this.#seam * width;
  }

  #shade(chart) {
    if (this.#slots.length === 0) return;
    const { top, bottom, right } = chart.chartArea;
    const x = this.#x(chart);
    chart.ctx.fillStyle = colour("shade");
    chart.ctx.fillRect(x, top, right - x, bottom - top);
  }

  #line(chart) {
    if (this.#slots.length === 0) return;
    const { ctx } = chart;
    const { top, bottom, left, right } = chart.chartArea;
    const x = this.#x(chart);
    ctx.save();
    ctx.font = `12px ${Chart.defaults.font.family}`;
    ctx.textBaseline = "bottom";
    if (this.#through !== null && this.#seam > 0 && this.#seam < 1) {
      ctx.strokeStyle = colour("accent");
      ctx.lineWidth = 1.5;
      ctx.setLineDash([4, 3]);
      ctx.beginPath();
      ctx.moveTo(x, top - 14);
      ctx.lineTo(x, bottom);
      ctx.stroke();
    }
    ctx.fillStyle = colour("quiet");
    if (x - left > 60) {
      ctx.textAlign = "right";
      ctx.fillText("final", x - 7, top - 2);
    }
    if (right - x > 90) {
      ctx.textAlign = "left";
      ctx.fillText("provisional", x + 7, top - 2);
    }
    ctx.restore();
  }
}

function recolour(chart) {
  const { x, y } = chart.options.scales;
  x.border.color = colour("line");
  x.ticks.color = colour("quiet");
  y.ticks.color = colour("quiet");
  y.grid.color = colour("grid");
  chart.update("none");
}
