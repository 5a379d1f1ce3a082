// All of Azurite's services; it closes when its standard input ends, so it never outlives what started it.
process.stdin.resume();
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
await import('azurite/dist/src/azurite.js');
