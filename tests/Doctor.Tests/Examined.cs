using System.Text.Json;
using Lifecycle.Azurite;
using Lifecycle.Doctor.Tests.Faults;
using Lifecycle.Doctor.Tests.Support;
using Lifecycle.Doctor.Tests.WireData;

namespace Lifecycle.Doctor.Tests;

/// <summary>
/// The examinations of these tests: side by side, once, since most of an examination is waiting. It begins busily, and a machine that plays all beginnings at once answers
/// so late that good app servers fail: two of them are in the first half of their checks at most.
/// </summary>
static class Examined
{
    const int MostRounds = 3;

    static readonly SemaphoreSlim beginnings = new(2);

    static readonly Lazy<IReadOnlyDictionary<string, Task<Examinee>>> all = new(() => new Dictionary<string, Task<Examinee>>
    {
        [".NET"] = ProcessAsync(AppProcess.DotnetAsync),
        ["JavaScript"] = NodeAsync(),
    }.Concat(BadApps.All.Select(app => KeyValuePair.Create(app.Key, FaultyAsync(app.Value)))).ToDictionary());

    /// <summary>The report of an app server: of <c>.NET</c> or <c>JavaScript</c>, or of a bad one.</summary>
    public static async Task<DoctorReport> ReportAsync(string name) => (await all.Value[name]).Report;

    /// <summary>What was said over its sockets, and at negotiate, by the name of its schema.</summary>
    public static async Task<IReadOnlyList<(string Schema, JsonElement Value)>> SaidAsync(string name) => (await all.Value[name]).Said;

    /// <summary>Where a doctor can listen.</summary>
    public static Uri FreeAddress() => new($"http://127.0.0.1:{FreePort()}");

    static async Task<Examinee> NodeAsync()
    {
        await NodePackage.BuildAsync(Path.Combine(Repository.Root, "sdk", "javascript"), Path.Combine("build", "src", "index.js"), "src", "test");
        return await ProcessAsync(AppProcess.NodeAsync);
    }

    static async Task<Examinee> ProcessAsync(Func<Uri, Task<AppProcess>> start)
    {
        await Task.Yield();
        return await ExamineAsync(async lifecycle =>
        {
            var app = await start(lifecycle);
            return (app, app.Address, options => options with { ProcessId = app.Id });
        });
    }

    static async Task<Examinee> FaultyAsync(IReadOnlySet<Fault> faults)
    {
        await Task.Yield();
        return await ExamineAsync(async lifecycle =>
        {
            var app = await FaultyApp.StartAsync(lifecycle, faults);
            // One that says nothing of its version is taken for one that speaks no contract either, as most are.
            var contract = faults.Contains(Fault.SaysNoVersion) ? ContractMode.Unspoken : ContractMode.Ask;
            // For one that does not come back nothing is to be heard by silence but that it takes long.
            string[] except = faults.Contains(Fault.GivesUp) ? ["hub-silence"] : [];
            return (app, app.Address, options => options with
            {
                LeaveCommand = app.LeaveCommand,
                ProcessId = app.ProcessId,
                Contract = contract,
                Only = BadApps.OnlyOf(faults),
                Except = except,
            });
        });
    }

    // A process leaves once: where the machine stood still meanwhile, all is looked at again.
    static async Task<Examinee> ExamineAsync(Func<Uri, Task<(object App, Uri Address, Func<DoctorOptions, DoctorOptions> More)>> start)
    {
        for (var round = 1; ; round++)
        {
            if (await ExamineOnceAsync(start) is var (examinee, isDisturbed) && (!isDisturbed || round == MostRounds)) return examinee;
        }
    }

    static async Task<(Examinee Examinee, bool IsDisturbed)> ExamineOnceAsync(Func<Uri, Task<(object App, Uri Address, Func<DoctorOptions, DoctorOptions> More)>> start)
    {
        using var beginning = await Beginning.EnterAsync(beginnings, CheckList.All.Count / 2);
        // The doctor has to listen before its app is started, and the app before the doctor can be told where it is.
        var lifecycle = FreeAddress();
        var (app, address, more) = await start(lifecycle);
        try
        {
            await using var examination = await Examination.ListenAsync(more(Keys.Options with { Listen = lifecycle, WebhookUrl = new Uri(address, "/lifecycle") }));
            return (new Examinee(await examination.RunAsync(beginning), [.. SaidIn(examination)]), examination.IsLeaveDisturbed);
        }
        finally
        {
            if (app is IAsyncDisposable faulty) await faulty.DisposeAsync();
            else ((IDisposable)app).Dispose();
        }
    }

    static IEnumerable<(string Schema, JsonElement Value)> SaidIn(Examination examination)
    {
        foreach (var call in examination.Scenes.SelectMany(scene => scene.Negotiates)) yield return ("negotiateRequest", call.Body);
        foreach (var (_, _, call) in examination.Calls) yield return (call.Method, call.Arguments);
        var known = WireSchemas.ToApp.Select(schema => schema.Name).ToHashSet();
        foreach (var (target, argument) in examination.Said.Where(said => known.Contains(said.Target))) yield return (target, Schemas.Parse(argument.ToJsonString()));
    }

    sealed record Examinee(DoctorReport Report, IReadOnlyList<(string Schema, JsonElement Value)> Said);

    static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
