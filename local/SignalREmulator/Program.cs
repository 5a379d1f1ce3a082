using Lifecycle.Local.SignalR;

return await EmulatorProgram.RunAsync(args, Console.Out, Console.Error);
