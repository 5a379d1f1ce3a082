return Lifecycle.Simulator.SimulatorCommand.Run(args, Console.Out);
