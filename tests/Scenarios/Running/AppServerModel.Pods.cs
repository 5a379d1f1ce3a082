namespace Lifecycle.Scenarios;

/// <content>Several processes behind a balancer, of which some leave and others come.</content>
sealed partial class AppServerModel
{
    readonly HashSet<int> leaving = [];
    readonly List<int> pods = [.. Enumerable.Range(0, model.Pods)];
    int firstOfVersion;
    int nextPod = model.Pods;

    // In turn, and of a deploy only those of the new version: so does a balancer whose readiness says which they are.
    int NextPod()
    {
        var version = pods.Where(pod => pod >= firstOfVersion).ToList();
        return version.Count == 0 ? 0 : version[taken++ % version.Count];
    }

    /// <summary>A process gets SIGTERM while a new one is up in its place. Completes when it is gone.</summary>
    public async Task ReplacePodAsync(int pod)
    {
        var replacement = nextPod++;
        firstOfVersion = firstOfVersion == 0 ? replacement : firstOfVersion;
        pods.Add(replacement);
        await LeaveRelayAsync(pod, replacement);
        leaving.Add(pod);
        var its = clients.Where(client => client.Key.Pod == pod).Select(client => client.Value).ToList();
        await Task.WhenAll(its.Select(client => client.LeaveAsync(TimeSpan.FromMilliseconds(model.HandOverMs))));
        CloseRelay(pod);
        pods.Remove(pod);
        leaving.Remove(pod);
    }

    /// <summary>A second process that nobody asked for attaches to every session; every other time it says that it is fresh, and else nothing.</summary>
    public void BootBeside()
    {
        var pod = nextPod++;
        pods.Add(pod);
        OpenRelays();
        foreach (var (id, number) in Sessions.Select((id, number) => (id, number)))
        {
            var client = ClientOf(id, pod);
            client.Says(number % 2 == 0 ? false : null);
            client.AttachLater(model.ReconnectMs);
        }
    }

    /// <summary>Handlers that run or begin from now on do not return, for as long as their process has the session.</summary>
    public void GoDeaf(int sessions)
    {
        foreach (var client in clients.Values.Where(client => client.IsAttached).Take(sessions))
        {
            client.GoDeaf();
        }
    }
}
