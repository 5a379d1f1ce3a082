using Lifecycle.SignalREmulator.Tests.Support;

namespace Lifecycle.SignalREmulator.Tests.Standalone;

public sealed class EmulatorProgramTests
{
    [Theory]
    [InlineData("--upstream")]
    [InlineData("")]
    [InlineData("--port 1")]
    [InlineData("--upstream http://localhost:1 --port 70000")]
    [InlineData("--upstream http://localhost:1 --port x")]
    [InlineData("--upstream nowhere --port 0")]
    [InlineData("--upstream http://localhost:1 --speed 3")]
    public async Task A_bad_argument_is_told_in_one_line(string line)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await EmulatorProgram.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, errors);
        Assert.Equal(1, code);
        Assert.Single(errors.ToString().Trim().Split('\n'));
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        await using var emulator = await Emulator.StartAsync();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var port = emulator.Address.Port;
        var code = await EmulatorProgram.RunAsync(["--upstream", "http://localhost:1", "--port", $"{port}"], output, errors);
        Assert.Equal((1, $"Port {port} of the SignalR endpoint is taken by another process."), (code, errors.ToString().Trim()));
    }
}
