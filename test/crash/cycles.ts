import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { jpeg } from '../support/images.ts';
import {
  assertion,
  AUDIENCE,
  ISSUER,
  KeyServer,
  type SigningKey,
  signingKey,
} from '../support/key-server.ts';
import { Service } from '../support/service.ts';
import {
  checkDatabase,
  checkFolders,
  checkMedia,
  checkMeter,
  completeStaged,
  listPhotos,
  uploadAgain,
} from './inspect.ts';
import { Ledger, type ListedPhoto } from './ledger.ts';
import { openPlace, type Place, type StoreName } from './place.ts';
import { type KillPoint, killPoint, pointNames, type PointName, startsAfter } from './points.ts';
import { pick, seeded, shuffled } from './random.ts';
import { isConnectionLost, useLibrary } from './workload.ts';

const HEADER = 'x-assertion';
const KILL_AT = join(import.meta.dirname, 'kill-at.ts');
const CLIENTS_EACH = 3;
/** A point that has not come by then does not come: the service is killed from outside. */
const LOAD_MS = 15_000;
/** Of the photos that no request touched, those whose bytes are read again in each cycle. */
const OLD_PHOTOS = 5;

/** An object of a bucket is sent in blocks above 8 MiB. */
const SEVERAL_BLOCKS = 9 * 1024 ** 2;

const ANY_MOMENT = 'at any moment';
const IDLE = 'idle after a start';
type Moment = PointName | typeof ANY_MOMENT | typeof IDLE;

/** Every point, those that another one begins with left out. */
function momentsOf(store: StoreName, own: boolean): Moment[] {
  const names = pointNames(store, { own });
  const first = names.filter((name) => !names.some((other) => startsAfter(other) === name));
  return [...first, ANY_MOMENT, IDLE];
}

export interface CrashOptions {
  store: StoreName;
  /** Only the points that are this store's own. */
  own?: boolean;
  /** By default one for each point; each comes once before any comes again. */
  cycles?: number;
  seed: number;
  say?: (line: string) => void;
}

export interface Report {
  cycles: number;
  /** How often the service died at each point. */
  kills: Record<string, number>;
  /** Points at which it was to die and which did not come. */
  missed: Record<string, number>;
  photos: number;
}

/** A library that a service with a short life looks after. */
export class CrashTest {
  readonly #dataDir: string;
  readonly #place: Place;
  readonly #moments: readonly Moment[];
  readonly #random: () => number;
  readonly #ledgers: Ledger[];
  readonly #keys: { server: KeyServer; key: SigningKey };
  readonly #report: Report = { cycles: 0, kills: {}, missed: {}, photos: 0 };

  private constructor(
    dataDir: string,
    place: Place,
    moments: readonly Moment[],
    random: () => number,
    ledgers: Ledger[],
    keys: { server: KeyServer; key: SigningKey },
  ) {
    this.#dataDir = dataDir;
    this.#place = place;
    this.#moments = moments;
    this.#random = random;
    this.#ledgers = ledgers;
    this.#keys = keys;
  }

  /** Throws a Violation. */
  static async run({ store, own = false, cycles, seed, say = () => {} }: CrashOptions): Promise<Report> {
    const random = seeded(seed);
    const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-crash-'));
    const photo = await jpeg({ width: 48, height: 32 });
    const key = await signingKey('crash');
    const server = await KeyServer.start(key);
    const hugeBytes = store === 'gcs' ? SEVERAL_BLOCKS : 0;
    const ledgers = ['ada', 'ben'].map((person) => new Ledger(person, photo, hugeBytes));
    const place = await openPlace(store, dataDir);
    const test = new CrashTest(dataDir, place, momentsOf(store, own), random, ledgers, { server, key });
    try {
      const report = await test.#run(cycles ?? test.#moments.length, say);
      await rm(dataDir, { recursive: true, force: true });
      return report;
    } catch (error) {
      say(`Seed ${seed}; the data are in ${dataDir}.`);
      throw error;
    } finally {
      await server.stop();
      await place.close();
    }
  }

  async #run(cycles: number, say: (line: string) => void): Promise<Report> {
    let moments: Moment[] = [];
    for (let cycle = 1; cycle <= cycles; cycle++) {
      if (moments.length === 0) moments = shuffled(this.#random, this.#moments);
      const moment = moments.shift() ?? IDLE;
      const started = performance.now();
      await this.#cycle(moment);
      say(`${cycle}: ${moment}, ${Math.round(performance.now() - started)} ms`);
      this.#report.cycles = cycle;
    }
    await this.#start(async (service) => this.#check(service, Infinity));
    return this.#report;
  }

  async #cycle(moment: Moment): Promise<void> {
    const inStart = moment !== ANY_MOMENT && moment !== IDLE && startsAfter(moment) !== null;
    const first = inStart ? startsAfter(moment) : moment;
    if (first) await this.#live(first);
    if (inStart) await this.#dieInStart(moment);
    await checkDatabase(this.#dataDir, this.#place, { swept: false });
  }

  /** Starts the service, checks what its last death left, and uses it until it dies. */
  async #live(moment: Moment): Promise<void> {
    const point =
      moment === ANY_MOMENT || moment === IDLE ? null : killPoint(moment, this.#place.store, this.#random);
    await this.#start(async (service) => {
      await this.#check(service, OLD_PHOTOS);
      if (point) service.signal('SIGUSR2');
      const uses = moment === IDLE ? [] : await this.#use(service);
      const limit = delay(point ? LOAD_MS : this.#random() * 1_500, undefined, { ref: false });
      await Promise.race([limit, Promise.all(uses).then(() => service.exited)]);
      this.#count(moment, !point || service.hasExited);
      await service.kill();
      await Promise.all(uses);
    }, point);
  }

  async #dieInStart(moment: PointName): Promise<void> {
    await this.#start(
      async (service) => {
        this.#count(moment, service.hasExited);
        await service.kill();
      },
      killPoint(moment, this.#place.store, this.#random),
    );
  }

  #count(moment: Moment, hasDied: boolean): void {
    const counts = hasDied ? this.#report.kills : this.#report.missed;
    counts[moment] = (counts[moment] ?? 0) + 1;
  }

  /** Starts the service, which may die in its start where it has a point to die at, and ends it after `work`. */
  async #start(work: (service: Service) => Promise<void>, point: KillPoint | null = null): Promise<void> {
    const service = new Service({
      dataDir: this.#dataDir,
      env: {
        ...this.#place.env,
        AUTH_MODE: 'proxy',
        AUTH_HEADER: HEADER,
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
        AUTH_JWKS_URL: this.#keys.server.url,
        ...(point && { KILL_AT: JSON.stringify(point) }),
      },
      ...(point && { preload: KILL_AT }),
    });
    try {
      await service.ready().catch((error: unknown) => {
        // One that ends by itself was not killed: it refused what its last life left.
        if (!point?.inStart || !service.hasExited || service.exitCode !== null) throw error;
      });
      await work(service);
    } catch (error) {
      if (isConnectionLost(error)) throw new Error(`The service ended:\n${service.output}`, { cause: error });
      throw error;
    } finally {
      await service.kill();
    }
  }

  async #use(service: Service): Promise<Promise<void>[]> {
    const uses = this.#ledgers.map(async (ledger) => {
      const client = await this.#client(service, ledger);
      return Array.from({ length: CLIENTS_EACH }, () => useLibrary(client, ledger, this.#random));
    });
    return (await Promise.all(uses)).flat();
  }

  async #client(service: Service, { person }: Ledger): Promise<Client> {
    const token = await assertion(this.#keys.key, { sub: person, email: `${person}@example.com` });
    return new Client(service.url, { [HEADER]: token });
  }

  /** All that was acknowledged is there, nothing else is, and what was not can be done now. */
  async #check(service: Service, oldPhotos: number): Promise<void> {
    const people: { sub: string; photos: ListedPhoto[] }[] = [];
    for (const ledger of this.#ledgers) {
      const client = await this.#client(service, ledger);
      const unsure = ledger.entries.filter((entry) => entry.possible.length > 1);
      const photos = await listPhotos(client);
      ledger.reconcile(photos);
      await checkMeter(client, photos);
      await completeStaged(client, ledger, this.#place);
      for (const door of ['upload', 'stage'] as const) {
        const old = pick(this.#random, ledger.entries);
        const again = unsure.splice(0, Math.ceil(unsure.length / 2)).slice(0, 20);
        await uploadAgain(client, [...new Set([...again, ...(old ? [old] : [])])], door);
      }
      people.push({ sub: ledger.person, photos: await this.#checkPhotos(client, ledger, oldPhotos) });
    }
    this.#report.photos = people.reduce((sum, { photos }) => sum + photos.length, 0);
    await checkFolders(this.#dataDir, this.#place, people);
    await checkDatabase(this.#dataDir, this.#place, { swept: true });
  }

  async #checkPhotos(client: Client, ledger: Ledger, count: number): Promise<ListedPhoto[]> {
    const photos = await listPhotos(client);
    ledger.reconcile(photos);
    await checkMeter(client, photos);
    const present = ledger.entries.filter((entry) => entry.certain);
    const some = shuffled(this.#random, present).slice(0, count);
    for (const entry of some) await checkMedia(client, entry);
    return photos;
  }
}
