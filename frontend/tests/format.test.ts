import { expect, test } from "vitest";
import { age, ago, decimalsOf, fixedNumber, number, source } from "../src/format";

test("numbers keep seven digits and no more", () => {
  expect(number(1400.125)).toBe("1,400.125");
  expect(number(0.1 + 0.2)).toBe("0.3");
  expect(number(-40)).toBe("−40");
  expect(number(4.2e15)).toBe("4.20000e+15");
});

test("a column of numbers keeps its decimals", () => {
  expect(decimalsOf(1400.125)).toBe(3);
  expect(fixedNumber(1400, 3)).toBe("1,400.000");
  expect(decimalsOf(1 / 3)).toBe(4);
});

test("ages are short", () => {
  expect([200, 12_000, 200_000, 7_200_000, 90_000_000].map(age)).toEqual(["now", "12 s", "3 min", "2 h", "1 d"]);
  expect([ago(0), ago(2_000)]).toEqual(["now", "2 s ago"]);
});

test("sources are written with bus and addresses", () => {
  expect(source((1 << 16) | (0x21 << 8) | 255)).toBe("bus 1 · 21");
  expect(source((0x21 << 8) | 0x0b)).toBe("bus 0 · 21→0B");
  expect(source((2 << 16) | (254 << 8) | 255)).toBe("bus 2");
});
