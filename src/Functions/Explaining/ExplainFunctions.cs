using Lifecycle.Entities;
using Lifecycle.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Lifecycle.Functions.Explaining;

/// <summary>Says why: one read of the session, and of its app what is at hand (at most two seconds old).</summary>
public sealed class ExplainFunctions(AppDirectory directory, Policy fleet, TimeProvider time)
{
    const string Route = "sessions/{sessionId}/apps/{packageName}";

    /// <summary>Explains an app session.</summary>
    [Function("ExplainAppSession")]
    [Api(
        "Explains an app session: one sentence, what it waits for and until when, the last decisions, and what would change it.",
        QueryTexts = ["at: a moment of the past, ISO 8601 (2026-01-01T03:00:00Z); now if absent"])]
    [Answers(StatusCodes.Status200OK, "Why it is as it is.", typeof(ExplainView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, or nothing is remembered of that moment (not_remembered).")]
    public async Task<IActionResult> Explain(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route + "/explain")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client)
    {
        var id = Requests.ReadId(sessionId, packageName);
        var at = ReadAt(request);
        var document = await SessionCommands.RequireDocumentAsync(client, id);
        return JsonAnswer.Ok(at is { } moment ? Past(id, document, moment) : await NowAsync(client, id, document));
    }

    /// <summary>Says what would have become of an app session under another policy.</summary>
    [Function("ExplainWhatIf")]
    [Api("Plays the remembered decisions of an app session again under another policy: where the courses part, and what would have happened instead.", Body = typeof(WhatIfBody))]
    [Answers(StatusCodes.Status200OK, "Both courses.", typeof(WhatIfView))]
    [Answers(StatusCodes.Status404NotFound, "There is no such app session, or nothing is remembered of it (not_remembered).")]
    public async Task<IActionResult> WhatIf(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/what-if")] HttpRequest request,
        string sessionId,
        string packageName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        var id = Requests.ReadId(sessionId, packageName);
        var body = await Requests.ReadBodyAsync<WhatIfBody>(request, cancellation);
        var document = await SessionCommands.RequireDocumentAsync(client, id);
        var policy = body.Over(document.Policy ?? fleet);
        return JsonAnswer.Ok(WhatIfView.Of(
            id, policy, Lifecycle.WhatIf.Of(id, document.History.Read(), policy, time.GetUtcNow()) ?? throw NotRemembered("Nothing is remembered of it that could be played again.")));
    }

    /// <summary>Explains an app.</summary>
    [Function("ExplainApp")]
    [Api("Explains an app: one sentence, its breaker and incident, who waits for it, and what would change it.")]
    [Answers(StatusCodes.Status200OK, "How it fares, and why.", typeof(AppExplainView))]
    [Answers(StatusCodes.Status404NotFound, "The app is not registered.")]
    public async Task<IActionResult> ExplainApp(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "apps/{packageName}/explain")] HttpRequest request,
        string packageName,
        [DurableClient] DurableTaskClient client)
    {
        Requests.ReadIdentifier("packageName", packageName);
        var app = await directory.FindDocumentAsync(client, packageName) ?? throw AppFunctions.NotRegistered(packageName);
        return JsonAnswer.Ok(AppExplainView.Of(packageName, app.Gate, directory.PolicyOf(app.Registration!), time.GetUtcNow()));
    }

    async Task<ExplainView> NowAsync(DurableTaskClient client, AppSessionId id, AppSessionDocument document)
    {
        var app = await directory.FindDocumentAsync(client, id.PackageName);
        // What the session itself goes by, until its next event tells it another policy.
        var (now, policy) = (time.GetUtcNow(), document.Policy ?? (app?.Registration is { } registered ? directory.PolicyOf(registered) : fleet));
        var explained = Explainer.Of(document.Session, document.History.Marks, policy, app?.Gate, now);
        return ExplainView.Of(id, document.Session, explained, document.History.Read(), now) with
        {
            Gate = app is null ? null : GateSight.Of(app.Gate, document.Session.Run, policy, now),
        };
    }

    // The gate of that time is not remembered.
    static ExplainView Past(AppSessionId id, AppSessionDocument document, DateTimeOffset at)
    {
        var decisions = document.History.Read();
        var until = decisions.Where(decision => decision.At <= at).ToList();
        if (until is not [.., var last] || last.Replay(id) is not { } made)
        {
            throw NotRemembered(decisions is [var oldest, ..] ? $"Nothing is remembered of that moment; the oldest decision is of {oldest.At.UtcDateTime:O}." : "Nothing is remembered of it.");
        }

        var marks = last.Marks!.After(last.Before!, last.Event!, made, last.At);
        return ExplainView.Of(id, made.Session, Explainer.Of(made.Session, marks, last.Policy!, gate: null, at), [.. until], at);
    }

    static DateTimeOffset? ReadAt(HttpRequest request)
    {
        var query = new QueryInput(request, "at");
        var text = query.Text("at");
        var at = text is null ? null : IsoTime.Read(text);
        if (text is not null && at is null)
        {
            query.Errors["at"] = IsoTime.Rule;
        }

        query.Done();
        return at;
    }

    static InputException NotRemembered(string what) => InputException.NotFound("not_remembered", what);
}

/// <summary>The body of a what-if.</summary>
sealed record WhatIfBody
{
    public PolicyOverrides? Policy { get; init; }

    /// <exception cref="InputException">There is no policy, or it is not valid.</exception>
    public Policy Over(Policy inForce)
    {
        if (Policy is null)
        {
            throw InputException.Invalid("invalid_body", "policy", "is needed: what the app should set differently");
        }

        var policy = Policy.Over(inForce);
        var errors = policy.Validate().ToDictionary(error => $"policy.{error.Key}", error => error.Value);
        return errors.Count == 0 ? policy : throw InputException.Invalid("invalid_body", errors);
    }
}
