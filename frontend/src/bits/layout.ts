/** Where cells are drawn: rows of a byte each, in one block or, of long messages on wide screens, in several. */

export const WINDOW_BYTES = 64;

const LABEL = 30;
const HEADER = 20;
const GAP = 24;
const NARROWEST_BLOCK = 400;
const WIDEST_CELL = 84;
const BLOCK_BYTES = 16;

export class Layout {
  readonly blocks: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
  private readonly perBlock: number;

  /** Of `bytes` bytes from byte `from` on, in so many pixels. */
  constructor(readonly from: number, readonly bytes: number, available: number) {
    const fitting = Math.max(1, Math.floor((available + GAP) / (NARROWEST_BLOCK + GAP)));
    this.blocks = Math.min(fitting, Math.max(1, Math.ceil(bytes / BLOCK_BYTES)));
    this.perBlock = Math.ceil(bytes / this.blocks);
    const blockWidth = (available - GAP * (this.blocks - 1)) / this.blocks;
    this.cellWidth = Math.max(24, Math.min(WIDEST_CELL, Math.floor((blockWidth - LABEL) / 8)));
    this.cellHeight = bytes <= 8 ? 42 : bytes <= 16 ? 34 : 28;
    this.width = this.blocks * this.blockWidth + (this.blocks - 1) * GAP;
    this.height = HEADER + this.perBlock * this.cellHeight + 2;
  }

  get header(): number {
    return HEADER;
  }

  /** Left edges of the blocks' cells. */
  get lefts(): number[] {
    return Array.from({ length: this.blocks }, (_, block) => this.left(block));
  }

  has(byte: number): boolean {
    return byte >= this.from && byte < this.from + this.bytes;
  }

  /** The left upper corner of a byte's first cell. */
  corner(byte: number): [x: number, y: number] {
    const row = byte - this.from;
    return [this.left(Math.floor(row / this.perBlock)), HEADER + (row % this.perBlock) * this.cellHeight];
  }

  /** The cell at a point, or the one nearest to it. */
  cellAt(x: number, y: number): number {
    const block = clamp(Math.floor((x + GAP / 2) / (this.blockWidth + GAP)), 0, this.blocks - 1);
    const column = clamp(Math.floor((x - this.left(block)) / this.cellWidth), 0, 7);
    const row = clamp(Math.floor((y - HEADER) / this.cellHeight), 0, this.perBlock - 1);
    const byte = this.from + Math.min(block * this.perBlock + row, this.bytes - 1);
    return byte * 8 + column;
  }

  private get blockWidth(): number {
    return LABEL + 8 * this.cellWidth;
  }

  private left(block: number): number {
    return LABEL + block * (this.blockWidth + GAP);
  }
}

function clamp(number: number, low: number, high: number): number {
  return Math.min(Math.max(number, low), high);
}
