import { SpeedMeter, timeLeftMs } from './speed.ts';

describe('SpeedMeter', () => {
  it('returns null until it has measured for one second', () => {
    const meter = new SpeedMeter();
    expect(meter.bytesPerSecond(0)).toBeNull();
    meter.add(1_000_000, 100);
    expect(meter.bytesPerSecond(600)).toBeNull();
  });

  it('returns the average speed of the last 12 seconds', () => {
    const meter = new SpeedMeter();
    for (let at = 0; at <= 20_000; at += 500) meter.add(at < 10_000 ? 5_000 : 500, at);
    expect(meter.bytesPerSecond(20_000)).toBeGreaterThan(1_000);
    for (let at = 20_500; at <= 40_000; at += 500) meter.add(500, at);
    expect(meter.bytesPerSecond(40_000)).toBeCloseTo(1_000, -2);
  });

  it('returns a falling speed while no bytes are sent, and finally null', () => {
    const meter = new SpeedMeter();
    meter.add(0, 0);
    meter.add(10_000, 1_000);
    const at = (now: number) => meter.bytesPerSecond(now);
    expect(at(2_000)).toBe(5_000);
    expect(at(5_000)).toBe(2_000);
    expect(at(60_000)).toBeNull();
  });

  it('starts a new measurement after a reset', () => {
    const meter = new SpeedMeter();
    meter.add(10_000, 0);
    meter.reset();
    meter.add(10, 50_000);
    expect(meter.bytesPerSecond(50_500)).toBeNull();
    expect(meter.bytesPerSecond(51_000)).toBe(10);
  });
});

it('computes the remaining time if the speed is known', () => {
  expect(timeLeftMs(10_000, 1_000)).toBe(10_000);
  expect(timeLeftMs(10_000, null)).toBeNull();
});
