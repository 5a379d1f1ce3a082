namespace Lifecycle.Scenarios;

/// <content>Steps that take their time.</content>
sealed partial class ScenarioRun
{
    DateTimeOffset? deafFrom;
    DateTimeOffset? endpointsBackAt;
    DateTimeOffset? hostBackAt;

    async Task KillHostAsync(StepModel step)
    {
        await world.KillHostAsync(TimeSpan.FromMilliseconds(step.Ms));
        hostBackAt = world.Time.GetUtcNow();
    }

    async Task EndpointsDownAsync(StepModel step)
    {
        await For(step.Ms, down => world.AcceptConnections(!down));
        endpointsBackAt = world.Time.GetUtcNow();
        apps.ForEach(app => app.ReachableFrom(endpointsBackAt.Value));
    }

    Task PostAsync(AppServerModel.SessionClient client) => PostAsync(client.Id, client.Talk);

    async Task PostAsync(AppSessionId id, Talk talk)
    {
        var body = $"{talk.NextNumber()}";
        if (await world.PostAsync(id, body))
        {
            talk.Taken.Add(body);
        }
    }

    // To all sessions in turn.
    async Task ChatterAsync(StepModel step)
    {
        var (from, posts) = (world.Time.GetUtcNow(), new List<Task>());
        var ids = Ids(step).ToList();
        for (var n = 0; n < step.PerSecond * step.Ms / 1_000; n++)
        {
            await Until(from.AddMilliseconds(1_000 * n / step.PerSecond));
            var id = ids[n % ids.Count];
            posts.Add(PostAsync(id, apps.Single(app => app.Model.Package == id.PackageName).TalkOf(id)));
        }

        await Task.WhenAll(posts);
    }

    async Task PublishAsync(AppServerModel.SessionClient client)
    {
        foreach (var stream in client.IsAttached ? client.Subscriptions : [])
        {
            var number = client.Talk.NextNumber();
            client.Talk.Expected.Add((stream, number));
            await world.PublishAsync(client.Id, stream, number);
        }
    }
}
