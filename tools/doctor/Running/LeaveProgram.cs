using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Lifecycle.Doctor.Running;

/// <summary>The program upon which the app leaves: it has a time limit, what it says is kept, and it is ended with all that it started.</summary>
/// <param name="file">The program.</param>
/// <param name="arguments">What it is called with.</param>
/// <param name="time">The clock.</param>
sealed class LeaveProgram(string file, IReadOnlyList<string> arguments, TimeProvider time)
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    const int MaxSaid = 2_000;

    static readonly TimeSpan lastWords = TimeSpan.FromSeconds(1);

    readonly StringBuilder _said = new();

    /// <summary>Runs it to its end.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What went wrong, and what it said; null when it ended with 0.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var program = Process.Start(start)!;
            program.StandardInput.Close(); // Nobody types.
            var hearing = Task.WhenAll(HearAsync(program.StandardOutput), HearAsync(program.StandardError));
            if (await EndAsync(program, cancellation) is not { } trouble) return null;
            // What it started may hold its output open.
            await hearing.WaitAsync(lastWords, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return trouble + Said();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return e.Message;
        }
    }

    async Task<string?> EndAsync(Process program, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await program.WaitForExitAsync(either.Token);
            return program.ExitCode == 0 ? null : $"exit code {program.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: true);
            return cancellation.IsCancellationRequested ? "the doctor was ended before" : $"no end within {Limit.TotalSeconds:0} s";
        }
    }

    async Task HearAsync(StreamReader stream)
    {
        var part = new char[1024];
        try
        {
            for (int count; (count = await stream.ReadAsync(part)) > 0;)
            {
                lock (_said) _said.Append(part, 0, Math.Min(count, MaxSaid - _said.Length));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It is not heard any more: the program is over.
        }
    }

    string Said()
    {
        lock (_said) return _said.ToString().Trim() is { Length: > 0 } text ? $"; it said: {text}" : "; it said nothing";
    }
}
