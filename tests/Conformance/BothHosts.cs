using Lifecycle.Conformance.Apps;
using Lifecycle.Conformance.Build;
using Lifecycle.Conformance.Recording;

namespace Lifecycle.Conformance;

/// <summary>Plays a story on the stand-in and in the official worker, and fails with every difference in what came of it.</summary>
static class BothHosts
{
    // Nobody listens there: the stand-in's webhooks stay in this process. Addresses are not compared.
    static readonly Uri nowhere = new("http://127.0.0.1:9/hook");

    /// <param name="story">What is done.</param>
    public static async Task AgreeAsync(Func<Play, Task> story)
    {
        var official = await OfficialApp.Built;
        Skip.If(official.Folder is null, $"The official worker is not run here: the package source lacks {official.Lacking}.");
        var playing = PlayInWorkerAsync(official.Folder, story);
        var standIn = new Transcript();
        StandInApp.Run(app => PlayAsync(story, new Play(app, standIn, nowhere)));
        var differences = new Comparison(standIn, await playing).Differences();
        Assert.True(differences.Length == 0, $"The hosts differ.\n{differences}");
    }

    static async Task<Transcript> PlayInWorkerAsync(string folder, Func<Play, Task> story)
    {
        var transcript = new Transcript();
        await using var app = await WorkerApp.StartAsync(folder);
        await PlayAsync(story, new Play(app, transcript, app.WebhookAddress));
        return transcript;
    }

    static async Task PlayAsync(Func<Play, Task> story, Play play)
    {
        await story(play);
        await play.EndAsync();
    }
}
