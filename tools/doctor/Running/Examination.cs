using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lifecycle.Doctor.Platform;
using Lifecycle.Doctor.Running;
using Lifecycle.Doctor.Webhooks;

namespace Lifecycle.Doctor;

/// <summary>
/// Looks at one app server: plays Lifecycle's part of the wire (docs/wire.md) at an address of its own, sends webhooks, and judges what the app does.
/// First <see cref="ListenAsync"/>; then the app is started with <see cref="Url"/> as its Lifecycle; then <see cref="RunAsync"/>, once.
/// </summary>
public sealed class Examination : IAsyncDisposable
{
    readonly PlatformServer _platform;
    readonly ConcurrentDictionary<string, Scene> _scenes = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<NegotiateCall> _strays = new();
    readonly ConcurrentQueue<(Scene Scene, HubSocket Socket, HubCall Call)> _calls = new();
    readonly ConcurrentQueue<(string Target, JsonNode Argument)> _sent = new();
    readonly string _mark = Guid.NewGuid().ToString("n")[..6];

    Examination(DoctorOptions options, PlatformServer platform, TimeProvider time, Standstills standstills)
    {
        (Options, _platform, Time, Standstills) = (options, platform, time, standstills);
        Caller = new WebhookCaller(options, time);
        platform.Examination = this;
    }

    /// <summary>What the app has to have as the base address of its Lifecycle.</summary>
    public Uri Url => _platform.PublicUrl;

    internal DoctorOptions Options { get; }

    internal TimeProvider Time { get; }

    internal WebhookCaller Caller { get; }

    internal Tickets Tickets { get; } = new();

    /// <summary>How often the machine stood still.</summary>
    internal Standstills Standstills { get; }

    /// <summary>Whether it stood still while the app's process left, which is not played again.</summary>
    internal bool IsLeaveDisturbed { get; set; }

    /// <summary>Set when the checks of leaving begin.</summary>
    internal LeaveGate? Leaving { get; set; }

    /// <summary>The version of the wire that the app speaks.</summary>
    internal int AppVersion { get; set; } = 1;

    /// <summary>Whether the app speaks the doctor contract.</summary>
    internal bool SpeaksContract { get; set; }

    internal IReadOnlyCollection<Scene> Scenes => [.. _scenes.Values];

    /// <summary>Calls of negotiate for sessions that nobody has.</summary>
    internal IReadOnlyCollection<NegotiateCall> Strays => [.. _strays];

    /// <summary>All hub calls.</summary>
    internal IReadOnlyCollection<(Scene Scene, HubSocket Socket, HubCall Call)> Calls => [.. _calls];

    /// <summary>All that was sent to the app over sockets.</summary>
    internal IReadOnlyCollection<(string Target, JsonNode Argument)> Said => [.. _sent];

    /// <summary>Begins to listen.</summary>
    /// <param name="options">What is looked at; validated.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <param name="machine">The clock that shows whether the machine stands still. Default: the system's.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="IOException">The address to listen on cannot be had.</exception>
    public static async Task<Examination> ListenAsync(DoctorOptions options, TimeProvider? time = null, TimeProvider? machine = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        time ??= TimeProvider.System;
        return new Examination(options, await PlatformServer.StartAsync(options, time), time, new Standstills(machine ?? TimeProvider.System));
    }

    /// <summary>Plays all checks. Takes about a minute.</summary>
    /// <param name="progress">Told each result as it comes, from any thread.</param>
    /// <param name="cancellation">Ends it: the report says of each check that was not reached that it was not.</param>
    /// <exception cref="AppNotThereException">Nobody listens at the webhook address within <see cref="DoctorOptions.Patience"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before anybody listened there.</exception>
    public Task<DoctorReport> RunAsync(IProgress<CheckResult>? progress = null, CancellationToken cancellation = default) =>
        new ExaminationPlan(this, progress, CheckList.All).RunAsync(cancellation);

    /// <summary>Stops listening, and ends what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Leaving is not null) await Leaving.DisposeAsync();
        await _platform.DisposeAsync();
        Standstills.Dispose();
        Caller.Dispose();
    }

    internal Scene? Find(string sessionId) => _scenes.GetValueOrDefault(sessionId);

    internal Scene NewScene(string name, CancellationToken cancellation)
    {
        var id = name.StartsWith("doctor-", StringComparison.Ordinal) ? name : $"doctor-{_mark}-{name}";
        return _scenes[id] = new Scene(this, id, cancellation);
    }

    internal void Stray(NegotiateCall call) => _strays.Enqueue(call);

    internal void Called(Scene scene, HubSocket socket, HubCall call) => _calls.Enqueue((scene, socket, call));

    internal void Sent(string target, JsonNode argument) => _sent.Enqueue((target, argument.DeepClone()));

    internal Uri UrlElsewhere => _platform.BaseOf(PlatformServer.Elsewhere);
}

/// <summary>Nobody listens at the app's webhook address.</summary>
public sealed class AppNotThereException(string message) : Exception(message);
