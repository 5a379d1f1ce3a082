using Lifecycle.Samples.Drill.Api;

namespace Lifecycle.Samples.Drill.Display;

/// <summary>How far a scene is.</summary>
enum SceneStage
{
    Waiting,
    Playing,
    Good,
    Bad,
}

/// <summary>A scene's line on the board while the drill runs.</summary>
sealed class SceneRow(string title, Action<SceneRow> changed)
{
    readonly Lock gate = new();
    readonly Dictionary<SessionRef, string> states = [];

    public string Title => title;

    public SceneStage Stage { get; private set; }

    /// <summary>What happens now.</summary>
    public string Now { get; private set; } = "";

    /// <summary>How many sessions were RUNNING when last seen, of how many.</summary>
    public (int Running, int All) Count
    {
        get
        {
            lock (gate) return (states.Values.Count(state => state == States.Running), states.Count);
        }
    }

    /// <summary>Says what happens now.</summary>
    public void Say(string text, SceneStage stage = SceneStage.Playing)
    {
        (Stage, Now) = (stage, text);
        changed(this);
    }

    /// <summary>Notes a status that was read.</summary>
    public void See(SessionRef session, SessionStatus? status)
    {
        lock (gate) states[session] = status?.State ?? "";
    }
}
