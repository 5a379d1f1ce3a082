// Azurite's queue service; it closes and saves when its standard input ends, so it never outlives the tests that started it.
process.stdin.resume();
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
await import('azurite/dist/src/queue/main.js');
