using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lifecycle.Doctor.Tests.Support;

/// <summary>An app server of the doctor contract as a process of its own.</summary>
sealed class AppProcess : IDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly Process _process;

    AppProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>Starts the one that is made with the .NET SDK.</summary>
    public static Task<AppProcess> DotnetAsync(Uri lifecycle) => StartAsync(
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")),
        [Path.Combine(AppContext.BaseDirectory, "DoctorContract.dll"), "--lifecycle", lifecycle.AbsoluteUri, "--listen", "http://127.0.0.1:0", "--package", Keys.Package]);

    /// <summary>Starts the one that is made with the JavaScript SDK, which has to be built.</summary>
    public static Task<AppProcess> NodeAsync(Uri lifecycle) => StartAsync(
        "node", [Path.Combine(Repository.Root, "samples", "DoctorContract", "js", "app.mjs"), "--lifecycle", lifecycle.AbsoluteUri, "--port", "0", "--package", Keys.Package]);

    static async Task<AppProcess> StartAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["LIFECYCLE_API_KEY"] = Keys.ApiKey;
        start.Environment["LIFECYCLE_WEBHOOK_SECRET"] = string.Join(' ', Keys.Secrets);
        var process = Process.Start(start)!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(patience);
            var address = new Uri(line!.Replace("listening on ", "", StringComparison.Ordinal));
            _ = process.StandardOutput.ReadToEndAsync(); // What it says further is nobody's business, but must not fill the pipe.
            return new AppProcess(process, address);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
