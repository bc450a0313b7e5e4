import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.ts';
import { DependencyCheck } from './dependency-check.ts';

/** Checks that the database can run a query. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly database: Database,
    private readonly dependency: DependencyCheck,
  ) {}

  check() {
    return this.dependency.attempt('database', () => this.database.ping());
  }
}
