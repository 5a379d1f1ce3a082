using Lifecycle.Bench;
using Lifecycle.Bench.Processes;

if (args is ["--floor", var readyFile])
{
    await FloorServer.RunAsync(readyFile);
    return 0;
}

if (!BenchArguments.TryRead(args, out var arguments, out var problem))
{
    Console.Error.WriteLine(problem);
    return 2;
}

return await BenchRun.RunAsync(arguments) ? 0 : 1;
