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
import { checkFolders, checkMedia, checkMeter, completeStaged, listPhotos, uploadAgain } from './inspect.ts';
import { Ledger, type ListedPhoto } from './ledger.ts';
import { type KillPoint, killPoint, pointNames, type PointName, startsAfter } from './points.ts';
import { pick, seeded, shuffled } from './random.ts';
import { type CrashDatabase, type DatabaseName, openDatabase } from './databases.ts';
import { isConnectionLost, useLibrary } from './workload.ts';
import { openWorkspace, type StoreName, type Workspace } from './workspace.ts';

const HEADER = 'x-assertion';
const KILL_AT = join(import.meta.dirname, 'kill-at.ts');
const CLIENTS_PER_USER = 3;
/** If the service has not reached its kill point after this time, the test kills it. */
const LOAD_MS = 15_000;
/** How many photos of each user are downloaded again in each cycle. */
const SAMPLED_PHOTOS = 5;

/** Larger than 8 MiB, so that the object is sent to a bucket in several blocks. */
const SEVERAL_BLOCKS = 9 * 1024 ** 2;

const ANY_MOMENT = 'at any moment';
const IDLE = 'while idle after a start';
type Moment = PointName | typeof ANY_MOMENT | typeof IDLE;

/** Returns every kill point, except those that are also the first part of another one. */
function momentsOf(store: StoreName, own: boolean, database: DatabaseName): Moment[] {
  const names = pointNames(store, { own, database });
  const first = names.filter((name) => !names.some((other) => startsAfter(other) === name));
  return [...first, ANY_MOMENT, IDLE];
}

export interface CrashOptions {
  store: StoreName;
  /** Default: duckdb. */
  database?: DatabaseName;
  /** Kills the server of the database at the points, instead of the service. Only with postgres. */
  killDatabase?: boolean;
  /** Only the points that depend on the store. */
  own?: boolean;
  /** Default: one per point. Every point is used once before any is used again. */
  cycles?: number;
  seed: number;
  log?: (line: string) => void;
}

export interface Report {
  cycles: number;
  /** How often the service was killed at each point. */
  kills: Record<string, number>;
  /** How often the service did not reach the point at which it was to be killed. */
  missed: Record<string, number>;
  /** Number of photos in all libraries at the end. */
  photos: number;
}

/** Uses the libraries of two users while the service is killed and restarted again and again. */
export class CrashTest {
  readonly #dataDir: string;
  readonly #workspace: Workspace;
  readonly #database: CrashDatabase;
  readonly #killDatabase: boolean;
  readonly #moments: readonly Moment[];
  readonly #random: () => number;
  readonly #ledgers: Ledger[];
  readonly #keys: { server: KeyServer; key: SigningKey };
  readonly #report: Report = { cycles: 0, kills: {}, missed: {}, photos: 0 };

  private constructor(
    dataDir: string,
    workspace: Workspace,
    database: CrashDatabase,
    killDatabase: boolean,
    moments: readonly Moment[],
    random: () => number,
    ledgers: Ledger[],
    keys: { server: KeyServer; key: SigningKey },
  ) {
    this.#dataDir = dataDir;
    this.#workspace = workspace;
    this.#database = database;
    this.#killDatabase = killDatabase;
    this.#moments = moments;
    this.#random = random;
    this.#ledgers = ledgers;
    this.#keys = keys;
  }

  /** @throws Violation if the service loses acknowledged data or leaves anything else behind */
  static async run(options: CrashOptions): Promise<Report> {
    const { store, own = false, cycles, seed, log = () => {}, killDatabase = false } = options;
    const random = seeded(seed);
    const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-crash-'));
    const photo = await jpeg({ width: 48, height: 32 });
    const key = await signingKey('crash');
    const server = await KeyServer.start(key);
    const hugeBytes = store === 'gcs' ? SEVERAL_BLOCKS : 0;
    const ledgers = ['ada', 'ben'].map((user) => new Ledger(user, photo, hugeBytes));
    const workspace = await openWorkspace(store, dataDir);
    const database = await openDatabase(options.database ?? 'duckdb', dataDir);
    const moments = momentsOf(store, own, database.name);
    const test = new CrashTest(dataDir, workspace, database, killDatabase, moments, random, ledgers, {
      server,
      key,
    });
    try {
      const report = await test.#run(cycles ?? test.#moments.length, log);
      await rm(dataDir, { recursive: true, force: true });
      return report;
    } catch (error) {
      log(`Seed ${seed}. The data is in ${dataDir}.`);
      throw error;
    } finally {
      await server.stop();
      await workspace.close();
      await database.close();
    }
  }

  async #run(cycles: number, log: (line: string) => void): Promise<Report> {
    let moments: Moment[] = [];
    for (let cycle = 1; cycle <= cycles; cycle++) {
      if (moments.length === 0) moments = shuffled(this.#random, this.#moments);
      const moment = moments.shift() ?? IDLE;
      const started = performance.now();
      await this.#cycle(moment);
      log(`${cycle}: ${moment}, ${Math.round(performance.now() - started)} ms`);
      this.#report.cycles = cycle;
    }
    await this.#start(async (service) => this.#check(service, Infinity));
    return this.#report;
  }

  async #cycle(moment: Moment): Promise<void> {
    const inStart = moment !== ANY_MOMENT && moment !== IDLE && startsAfter(moment) !== null;
    const first = inStart ? startsAfter(moment) : moment;
    if (first) await this.#useUntilKilled(first);
    if (inStart) {
      await this.#database.passTime();
      await this.#killDuringStart(moment);
    }
    await this.#database.check(null);
    await this.#database.passTime();
  }

  /** Starts the service, checks the state left by the previous kill, and uses the service until it is killed. */
  async #useUntilKilled(moment: Moment): Promise<void> {
    const point =
      moment === ANY_MOMENT || moment === IDLE
        ? null
        : killPoint(moment, this.#workspace.store, this.#random);
    await this.#start(async (service) => {
      await this.#check(service, SAMPLED_PHOTOS);
      if (point) service.signal('SIGUSR2');
      const uses = moment === IDLE ? [] : await this.#use(service);
      const limit = delay(point ? LOAD_MS : this.#random() * 1_500, undefined, { ref: false });
      const ended = Promise.all(uses).then(() => (this.#killDatabase && point ? undefined : service.exited));
      await Promise.race([limit, ended]);
      const isDown = await this.#isDatabaseKilled();
      this.#count(moment, !point || service.hasExited || isDown);
      if (isDown) {
        // The service outlives its database, and works again as soon as that is back.
        await this.#database.revive();
        await service.ready();
      }
      await service.kill();
      await Promise.all(uses);
    }, point);
  }

  async #killDuringStart(moment: PointName): Promise<void> {
    await this.#start(
      async (service) => {
        this.#count(moment, service.hasExited || (await this.#isDatabaseKilled()));
        await service.kill();
      },
      killPoint(moment, this.#workspace.store, this.#random),
    );
  }

  /** True if the server of the database was killed at the kill point. */
  async #isDatabaseKilled(): Promise<boolean> {
    return this.#killDatabase && (await this.#database.isDown());
  }

  #count(moment: Moment, wasReached: boolean): void {
    const counts = wasReached ? this.#report.kills : this.#report.missed;
    counts[moment] = (counts[moment] ?? 0) + 1;
  }

  /**
   * Starts the service, runs `work` and kills the service. A kill point may end the service earlier, even during
   * the start.
   */
  async #start(work: (service: Service) => Promise<void>, point: KillPoint | null = null): Promise<void> {
    const victim = this.#killDatabase ? await this.#database.serverPid() : null;
    const service = new Service({
      dataDir: this.#dataDir,
      env: {
        ...this.#workspace.env,
        ...this.#database.env,
        AUTH_MODE: 'proxy',
        AUTH_HEADER: HEADER,
        AUTH_ISSUER: ISSUER,
        AUTH_AUDIENCE: AUDIENCE,
        AUTH_JWKS_URL: this.#keys.server.url,
        ...(point && { KILL_AT: JSON.stringify({ ...point, pid: victim }) }),
      },
      ...(point && { preload: KILL_AT }),
    });
    try {
      await service.ready().catch(async (error: unknown) => {
        // An exit code means that the service was not killed, but refused the state left by the previous kill.
        const isDown = await this.#isDatabaseKilled();
        if (!isDown && (!point?.inStart || !service.hasExited || service.exitCode !== null)) throw error;
      });
      await work(service);
    } catch (error) {
      const what = isConnectionLost(error) ? 'The service exited' : 'The output of the service was';
      throw new Error(`${what}:\n${service.output.slice(-20_000)}`, { cause: error });
    } finally {
      await service.kill();
      await this.#database.revive();
    }
  }

  async #use(service: Service): Promise<Promise<void>[]> {
    const uses = this.#ledgers.map(async (ledger) => {
      const client = await this.#client(service, ledger);
      return Array.from({ length: CLIENTS_PER_USER }, () =>
        useLibrary(client, ledger, this.#random, this.#killDatabase),
      );
    });
    return (await Promise.all(uses)).flat();
  }

  async #client(service: Service, { user }: Ledger): Promise<Client> {
    const token = await assertion(this.#keys.key, { sub: user, email: `${user}@example.com` });
    return new Client(service.url, { [HEADER]: token });
  }

  /**
   * Checks that all acknowledged data exists and nothing else, and that interrupted uploads can be completed or
   * repeated.
   * @param sampledPhotos how many photos of each user are downloaded
   * @throws Violation
   */
  async #check(service: Service, sampledPhotos: number): Promise<void> {
    const users: { sub: string; photos: ListedPhoto[] }[] = [];
    for (const ledger of this.#ledgers) {
      const client = await this.#client(service, ledger);
      const unsure = ledger.entries.filter((entry) => entry.possible.length > 1);
      const photos = await listPhotos(client);
      ledger.reconcile(photos);
      await checkMeter(client, photos);
      await completeStaged(client, ledger, this.#workspace);
      for (const door of ['upload', 'stage'] as const) {
        const old = pick(this.#random, ledger.entries);
        const again = unsure.splice(0, Math.ceil(unsure.length / 2)).slice(0, 20);
        await uploadAgain(client, [...new Set([...again, ...(old ? [old] : [])])], door);
      }
      users.push({ sub: ledger.user, photos: await this.#checkPhotos(client, ledger, sampledPhotos) });
    }
    this.#report.photos = users.reduce((sum, { photos }) => sum + photos.length, 0);
    await checkFolders(this.#dataDir, this.#workspace, users);
    await this.#database.check(await this.#workspace.objects());
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
