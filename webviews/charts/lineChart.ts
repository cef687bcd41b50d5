import uPlot from 'uplot';
import { downsample } from './downsample.ts';
import { joinCurves } from './joinCurves.ts';

export interface Curve {
  readonly label: string;
  /** Name of a colour variable of the theme. */
  readonly colour: `--${string}`;
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** Behind the others, and not in the legend. */
  readonly pale?: boolean;
  /** Not in the legend: what it belongs to is. */
  readonly unlisted?: boolean;
  readonly dash?: readonly number[];
  /** Each point has a mark of its own. */
  readonly marks?: boolean;
}

export interface LineChartOptions {
  /** CSS pixels. */
  readonly height: number;
  readonly stepLabel: string;
  readonly format: (value: number) => string;
  /** The curve alone: no axes, no legend, no zoom. */
  readonly small?: boolean;
  /** Small changes of a large value are to look small. */
  readonly fromZero?: boolean;
}

export interface View {
  readonly curves: readonly Curve[];
  readonly logScale?: boolean;
  /** A step that something beside the chart is about. */
  readonly lookedAt?: number;
  /** A point that stands out. */
  readonly best?: {
    readonly step: number;
    readonly value: number;
    readonly colour: `--${string}`;
    readonly label: string;
  };
  /** What a screen reader says of it. */
  readonly summary: string;
}

/**
 * Curves over steps. It draws at most once a frame and never more points than can be seen, so that its cost does not
 * grow with the run; a dragged range is zoomed into and drawn anew from all its points.
 */
export class LineChart implements Disposable {
  readonly #host: HTMLElement;
  readonly #options: LineChartOptions;
  readonly #resize: ResizeObserver;
  readonly #theme: MutationObserver;
  #view: View = { curves: [], summary: '' };
  #plot: uPlot | null = null;
  /** All of the plot that cannot be changed without a new one. */
  #shape = '';
  #zoom: readonly [number, number] | null = null;
  #frame = 0;

  constructor(host: HTMLElement, options: LineChartOptions) {
    this.#host = host;
    this.#options = options;
    host.classList.add('chart');
    host.setAttribute('role', 'img');
    host.style.minHeight = `${options.height}px`;
    this.#resize = new ResizeObserver(() => this.#schedule());
    this.#resize.observe(host);
    this.#theme = new MutationObserver(() => {
      this.#shape = '';
      this.#schedule();
    });
    this.#theme.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  show(view: View): void {
    this.#view = view;
    this.#host.setAttribute('aria-label', view.summary);
    this.#schedule();
  }

  /** What is seen, with its legend on the theme's background, as base64 of a PNG image. */
  png(): string {
    const plot = this.#plot;
    if (!plot) return '';
    const scale = devicePixelRatio;
    const legend = 28 * scale;
    const canvas = document.createElement('canvas');
    canvas.width = plot.ctx.canvas.width;
    canvas.height = plot.ctx.canvas.height + legend;
    const context = canvas.getContext('2d')!;
    context.fillStyle = colour('--vscode-editor-background');
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(plot.ctx.canvas, 0, legend);
    context.font = `${12 * scale}px ${colour('--vscode-font-family')}`;
    context.textBaseline = 'middle';
    let left = 8 * scale;
    for (const curve of this.#view.curves.filter(({ pale, unlisted }) => !pale && !unlisted)) {
      context.fillStyle = colour(curve.colour);
      context.fillRect(left, legend / 2 - scale, 16 * scale, 2 * scale);
      context.fillStyle = colour('--vscode-editor-foreground');
      context.fillText(curve.label, left + 22 * scale, legend / 2);
      left += context.measureText(curve.label).width + 38 * scale;
    }
    return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
  }

  [Symbol.dispose](): void {
    cancelAnimationFrame(this.#frame);
    this.#resize.disconnect();
    this.#theme.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const width = this.#host.clientWidth;
    const { curves, logScale } = this.#view;
    if (width === 0 || curves.length === 0) return;
    const { height, small } = this.#options;
    const [from, to] = this.#range();
    // A value that a logarithm does not have is a gap.
    const shown = curves.map(({ steps, values }) => {
      const points = downsample(steps, values, Math.max(50, width), from, to);
      return logScale ? { x: points.x, y: points.y.map((y) => (y > 0 ? y : Number.NaN)) } : points;
    });
    const data = joinCurves(shown) as uPlot.AlignedData;
    const shape = JSON.stringify([
      logScale,
      curves.map(({ label, colour, pale, dash }) => [label, colour, pale, dash]),
    ]);
    if (this.#plot === null || shape !== this.#shape) {
      this.#plot?.destroy();
      this.#shape = shape;
      this.#plot = new uPlot(this.#plotOptions(width), data, this.#host);
      this.#plot.over.addEventListener('dblclick', () => {
        this.#zoom = null;
        this.#schedule();
      });
      return;
    }
    if (this.#plot.width !== width) this.#plot.setSize({ width, height: height - (small ? 0 : legendHeight) });
    this.#plot.setData(data);
  }

  #drawMarks(plot: uPlot): void {
    const { lookedAt, best } = this.#view;
    const { ctx, bbox } = plot;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (lookedAt !== undefined) {
      const x = plot.valToPos(lookedAt, 'x', true);
      ctx.strokeStyle = colour('--vscode-descriptionForeground') || colour('--vscode-foreground');
      ctx.lineWidth = scale;
      ctx.setLineDash([2 * scale, 3 * scale]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    if (best && !(this.#view.logScale && best.value <= 0)) {
      const [x, y, size] = [plot.valToPos(best.step, 'x', true), plot.valToPos(best.value, 'y', true), 6 * scale];
      ctx.fillStyle = colour(best.colour);
      ctx.beginPath();
      ctx.moveTo(x, y - size);
      ctx.lineTo(x + size, y);
      ctx.lineTo(x, y + size);
      ctx.lineTo(x - size, y);
      ctx.fill();
      ctx.font = `${11 * scale}px ${colour('--vscode-font-family') || 'sans-serif'}`;
      ctx.fillStyle = colour('--vscode-foreground');
      // On the side that has room.
      const isLate = x > bbox.left + bbox.width * 0.8;
      ctx.textAlign = isLate ? 'right' : 'left';
      ctx.fillText(best.label, x + (isLate ? -1 : 1) * size * 1.6, y - size);
    }
    ctx.restore();
  }

  #range(): readonly [number, number] {
    if (this.#zoom) return this.#zoom;
    const ends = this.#view.curves.filter(({ steps }) => steps.length > 0);
    const first = Math.min(...ends.map(({ steps }) => steps[0]!));
    const last = Math.max(...ends.map(({ steps }) => steps.at(-1)!));
    return ends.length === 0 ? [0, 1] : [first, Math.max(last, first + 1)];
  }

  #plotOptions(width: number): uPlot.Options {
    const { height, small, stepLabel, format, fromZero } = this.#options;
    const text = colour('--vscode-descriptionForeground') || colour('--vscode-foreground');
    const grid = { stroke: colour('--vscode-editorIndentGuide-background1') || 'rgba(128,128,128,0.2)', width: 1 };
    const font = `11px ${colour('--vscode-font-family') || 'sans-serif'}`;
    const axis = { stroke: text, grid, ticks: { ...grid, size: 4 }, font };
    return {
      width,
      height: height - (small ? 0 : legendHeight),
      legend: { show: !small, live: true },
      cursor: {
        show: !small,
        drag: { x: !small, y: false, setScale: false },
        points: { size: 6 },
        dataIdx: nearestPoint,
      },
      scales: {
        x: { time: false, range: () => [...this.#range()] },
        // uPlot pads a range of its own; a flat curve gets room on both sides.
        y: {
          distr: this.#view.logScale ? 3 : 1,
          ...(fromZero ? { range: (_, _low, high): uPlot.Range.MinMax => [0, high > 0 ? high * 1.1 : 1] } : {}),
        },
      },
      axes: small
        ? [{ show: false }, { show: false }]
        : [
            { ...axis, size: 24, gap: 2 },
            {
              ...axis,
              size: 52,
              gap: 4,
              values: (_, splits) => splits.map((split) => (split === null ? '' : axisNumber(split))),
            },
          ],
      series: [
        {
          label: stepLabel,
          value: (plot, value) => (value ?? newest(plot.data[0]))?.toLocaleString('en-US') ?? '–',
        },
        ...this.#view.curves.map((curve): uPlot.Series => {
          const stroke = colour(curve.colour);
          return {
            label: curve.label,
            stroke,
            ...(curve.pale || curve.unlisted ? { class: 'unlisted' } : {}),
            alpha: curve.pale ? 0.3 : 1,
            width: curve.pale ? 1 : small ? 1.25 : 1.75,
            ...(curve.dash ? { dash: [...curve.dash] } : {}),
            points: curve.marks ? { show: true, size: 5, fill: stroke, stroke } : { show: false },
            // With no pointer over the chart the legend tells the newest.
            value: (plot, value, at, index) => {
              const told = index === null ? newest(plot.data[at]) : value;
              return told === null || told === undefined ? '–' : format(told);
            },
          };
        }),
      ],
      hooks: {
        draw: [(plot) => this.#drawMarks(plot)],
        setSelect: [
          (plot) => {
            const { left, width: wide } = plot.select;
            if (wide < 8) return;
            this.#zoom = [plot.posToVal(left, 'x'), plot.posToVal(left + wide, 'x')];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            this.#schedule();
          },
        ],
      },
    };
  }
}

/** The last value of a column that is one. */
function newest(column: uPlot.AlignedData[number] | undefined): number | null {
  for (let i = (column?.length ?? 0) - 1; i >= 0; i -= 1) {
    const value = column![i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** Reserved under the axes, so that nothing jumps when a value is hovered. */
const legendHeight = 28;

/** Curves have steps of their own; under the pointer each shows its nearest. */
function nearestPoint(plot: uPlot, series: number, hovered: number): number {
  const column = plot.data[series];
  if (series === 0 || !column || column[hovered] !== undefined) return hovered;
  for (let away = 1; away < column.length; away += 1) {
    if (column[hovered - away] !== undefined) return hovered - away;
    if (column[hovered + away] !== undefined) return hovered + away;
  }
  return hovered;
}

/** Round numbers as short as they are. */
function axisNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(0);
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function colour(variable: string): string {
  return getComputedStyle(document.body).getPropertyValue(variable).trim();
}
