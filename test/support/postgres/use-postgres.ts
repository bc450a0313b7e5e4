// Makes startApp() of this spec use a PostgreSQL database of its own.
process.env['TEST_DATABASE'] = 'postgres';
