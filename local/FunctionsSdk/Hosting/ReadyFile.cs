using System.Text.Json;

namespace Lifecycle.Local.FunctionsSdk.Hosting;

/// <summary>Tells another process, such as a drill, that the host serves and where.</summary>
static class ReadyFile
{
    public static void Write(string path, int apiPort, Uri signalR)
    {
        var content = JsonSerializer.Serialize(new
        {
            api = $"http://127.0.0.1:{apiPort}",
            signalr = signalR.GetLeftPart(UriPartial.Authority).Replace("//localhost", "//127.0.0.1", StringComparison.Ordinal),
            pid = Environment.ProcessId,
        });
        // Renamed into place: who waits for the file finds it whole.
        try
        {
            File.WriteAllText(path + ".new", content);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartProblemException($"Ready file '{path}' cannot be written: {e.Message} Set --ready-file to a path that can.", e);
        }
    }
}
