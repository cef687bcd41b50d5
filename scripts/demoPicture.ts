import type { Run, RunEvent, Score } from '../backend/contract/run.ts';

const width = 820;
const height = 300;
const plot = { left: 64, top: 64, width: 400, height: 180 };
const bars = { left: 590, top: 78, width: 200, height: 22, gap: 62 };

/** An SVG of one real run: the loss by step on the left, the shares of right answers with their intervals on the right. */
export function demoPicture(run: Run, events: readonly RunEvent[]): string {
  const steps = events.filter((event) => event.type === 'step');
  const heldOut = events.filter((event) => event.type === 'held_out');
  const points = { train: steps.map(({ step, loss }) => ({ step, loss })), heldOut };
  const last = Math.max(run.steps, 1);
  const highest = Math.max(...points.train.map(({ loss }) => loss), ...points.heldOut.map(({ loss }) => loss), 0.1);
  const x = (step: number): string => (plot.left + (step / last) * plot.width).toFixed(1);
  const y = (loss: number): string => (plot.top + (1 - loss / highest) * plot.height).toFixed(1);
  const line = (series: readonly { step: number; loss: number }[]): string =>
    series.map(({ step, loss }, index) => `${index === 0 ? 'M' : 'L'}${x(step)} ${y(loss)}`).join(' ');
  const ticks = [0, 0.5, 1].map((share) => share * highest);
  const scores = run.evaluation?.held_out;
  const old = run.evaluation?.regression;
  const seconds = steps.length === 0 ? 0 : duration(steps);
  const rows: [label: string, score: Score, kind: string][] = [
    ...(scores
      ? ([
          ['Unseen questions, base', scores.base, 'base'],
          ['Unseen questions, tuned', scores.tuned, 'tuned'],
        ] as [string, Score, string][])
      : []),
    ...(old ? ([['Old facts, tuned', old.tuned, 'tuned']] as [string, Score, string][]) : []),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Loss by step, and shares of right answers of base and tuned model">
<style>
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; } .quiet { fill: #59636e; font-size: 12px; } .number { text-anchor: end; font-variant-numeric: tabular-nums; }
  .axis { stroke: #d1d9e0; } .trainLine { fill: none; stroke: #8250df; stroke-width: 1.5; }
  .dot { fill: #8250df; } .base { fill: #0969da; } .tuned { fill: #8250df; } .track { fill: #eff2f5; } .interval { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .quiet { fill: #9198a1; } .axis { stroke: #3d444d; } .trainLine { stroke: #ab7df8; } .dot, .tuned { fill: #ab7df8; }
    .base { fill: #4493f8; } .track { fill: #262c36; } .interval { stroke: #f0f6fc; }
  }
</style>
<text class="title" x="${plot.left}" y="28">Loss, ${steps.length} steps in ${seconds.toFixed(1)} s on ${run.device ?? 'CPU'}</text>
<text class="quiet" x="${plot.left}" y="48">dots: held-out questions; line: training rows</text>
${ticks
  .map(
    (tick) =>
      `<line class="axis" x1="${plot.left}" x2="${plot.left + plot.width}" y1="${y(tick)}" y2="${y(tick)}"/><text class="quiet number" x="${plot.left - 8}" y="${Number(y(tick)) + 4}">${tick.toFixed(1)}</text>`,
  )
  .join('\n')}
<text class="quiet" x="${plot.left}" y="${plot.top + plot.height + 20}">0</text><text class="quiet number" x="${plot.left + plot.width}" y="${plot.top + plot.height + 20}">step ${last}</text>
<path class="trainLine" d="${line(points.train)}"/>
${points.heldOut.map(({ step, loss }) => `<circle class="dot" cx="${x(step)}" cy="${y(loss)}" r="4.5"/>`).join('')}
<text class="title" x="${bars.left - 40}" y="28">Right answers</text>
<text class="quiet" x="${bars.left - 40}" y="48">line: 95 % interval</text>
${rows.map(([label, score, kind], index) => bar(label, score, kind, bars.top + index * bars.gap)).join('\n')}
</svg>
`;
}

function bar(label: string, score: Score, kind: string, top: number): string {
  const left = bars.left - 40;
  const at = (share: number): string => (left + share * bars.width).toFixed(1);
  const middle = top + 8 + bars.height / 2;
  return `<text x="${left}" y="${top}">${label}</text><rect class="track" x="${left}" y="${top + 8}" width="${bars.width}" height="${bars.height}"/><rect class="${kind}" x="${left}" y="${top + 8}" width="${(score.share * bars.width).toFixed(1)}" height="${bars.height}"/><line class="interval" x1="${at(score.low)}" x2="${at(score.high)}" y1="${middle}" y2="${middle}"/><text x="${left + bars.width + 8}" y="${middle + 5}">${(score.share * 100).toFixed(0)} %</text>`;
}

/** Wall time of the training steps alone, s. */
function duration(steps: readonly { tokens: number; tokens_per_second: number }[]): number {
  return steps.reduce((sum, { tokens, tokens_per_second: speed }) => sum + (speed > 0 ? tokens / speed : 0), 0);
}
