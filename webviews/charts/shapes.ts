/** Marks that tell curves apart where colours do not: each with the sign that stands for it in words. */
export const shapes = { circle: '●', diamond: '◆', square: '■', triangle: '▲', star: '★', cross: '✚' } as const;

export type Shape = keyof typeof shapes;

const { cos, sin, PI } = Math;
const around = (count: number, radius: (at: number) => number): [number, number][] =>
  Array.from({ length: count }, (_, at) => {
    const angle = (at / count) * 2 * PI - PI / 2;
    return [cos(angle) * radius(at), sin(angle) * radius(at)];
  });
/** Corners of each shape within a circle of radius 1. */
const corners: Readonly<Record<Exclude<Shape, 'circle'>, readonly (readonly [number, number])[]>> = {
  diamond: around(4, () => 1.15),
  square: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  triangle: around(3, () => 1.2),
  star: around(10, (at) => (at % 2 === 0 ? 1.3 : 0.55)),
  cross: [
    ...([
      [-0.35, -1.1],
      [0.35, -1.1],
      [0.35, -0.35],
      [1.1, -0.35],
      [1.1, 0.35],
      [0.35, 0.35],
    ] as const),
    ...([
      [0.35, 1.1],
      [-0.35, 1.1],
      [-0.35, 0.35],
      [-1.1, 0.35],
      [-1.1, -0.35],
      [-0.35, -0.35],
    ] as const),
  ],
};

/** Fills the shape around a point; sizes in pixels of the canvas. */
export function drawShape(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number, radius: number): void {
  context.beginPath();
  if (shape === 'circle') context.arc(x, y, radius, 0, 2 * PI);
  else for (const [dx, dy] of corners[shape]) context.lineTo(x + dx * radius, y + dy * radius);
  context.closePath();
  context.fill();
}
