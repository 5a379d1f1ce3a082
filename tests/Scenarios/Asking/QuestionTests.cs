using System.Text;
using System.Text.RegularExpressions;

namespace Lifecycle.Scenarios;

/// <summary>
/// The questions that support gets, asked while an incident is played, and answered by the one sentence alone. An answer is right when it says what the simulation knows: who
/// was at fault, when it began, and what happens next, at the time at which it then does. Of twenty at least nineteen must be right.
/// </summary>
public sealed class QuestionTests(Xunit.Abstractions.ITestOutputHelper output)
{
    const int MostWrong = 1;

    [Fact]
    public void Of_twenty_questions_that_support_gets_the_sentence_alone_answers_at_least_nineteen()
    {
        var wrong = new StringBuilder();
        var count = 0;
        foreach (var asked in Questions.All.GroupBy(question => question.Scenario))
        {
            var scenario = Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == asked.Key));
            var (answers, report) = Interview.Of(scenario, [.. asked.Select(question => (question.At, question.Id))]);
            foreach (var (question, answer) in asked.Zip(answers))
            {
                var faults = question.Faults(answer, report).ToList();
                output.WriteLine($"{question.Text}\n    {answer.Sentence}");
                wrong.Append(faults.Count == 0 ? "" : $"{question.Text}\n    {answer.Sentence}\n    {string.Join("\n    ", faults)}\n");
                count += faults.Count == 0 ? 0 : 1;
            }
        }

        Assert.True(Questions.All.Length >= 20);
        Assert.True(count <= MostWrong, $"{count} of {Questions.All.Length} answers are wrong:\n{wrong}");
    }

    [Fact]
    public void Faults_OfAnAnswerThatSaysNothing_AreFound()
    {
        var question = Questions.All.First(question => question.Next == Next.Webhook);
        var (_, report) = Interview.Of(Scenario.Load(ScenarioRunner.Files.Single(f => Path.GetFileNameWithoutExtension(f) == question.Scenario)), []);
        Assert.NotEmpty(question.Faults(new("It waits.", WaitsFor.Nothing, null, []), report));
    }
}

/// <summary>What happens next, as the simulation knows it.</summary>
enum Next
{
    /// <summary>Nothing that could be compared.</summary>
    Unknown = 0,

    /// <summary>A webhook to the app, of whichever session.</summary>
    Webhook = 1,

    /// <summary>The session attaches.</summary>
    Attach = 2,

    /// <summary>The session leaves its state.</summary>
    Move = 3,
}

/// <summary>A question, and by what an answer is right.</summary>
/// <param name="Text">As support hears it.</param>
/// <param name="Scenario">The incident.</param>
/// <param name="At">When it is asked, from the begin.</param>
/// <param name="Id">About whom.</param>
/// <param name="Says">What a right answer says, as regular expressions.</param>
/// <param name="Never">What it must not say.</param>
/// <param name="Next">What its time is compared with.</param>
sealed record Question(string Text, string Scenario, TimeSpan At, AppSessionId Id, string[] Says, string[] Never, Next Next = Next.Unknown)
{
    static readonly TimeSpan tolerance = TimeSpan.FromSeconds(1.5);
    static readonly DateTimeOffset begin = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>What is wrong with an answer.</summary>
    public IEnumerable<string> Faults(Explanation answer, ScenarioReport report)
    {
        foreach (var missing in Says.Where(says => !Regex.IsMatch(answer.Sentence, says, RegexOptions.IgnoreCase)))
        {
            yield return $"does not say: {missing}";
        }

        foreach (var said in Never.Where(never => Regex.IsMatch(answer.Sentence, never, RegexOptions.IgnoreCase)))
        {
            yield return $"says wrongly: {said}";
        }

        if (Next != Next.Unknown && (NextAt(report), answer.Until) is var (happens, until) && !(happens is { } then && until is { } said2 && (then - said2).Duration() <= tolerance))
        {
            yield return $"next is {happens:HH:mm:ss.f}, and the answer says {until:HH:mm:ss.f}";
        }
    }

    DateTimeOffset? NextAt(ScenarioReport report)
    {
        var trail = report.Sessions.Single(session => session.Id == Id).Session?.Trail ?? [];
        return Next switch
        {
            Next.Webhook => report.Seen.Where(seen => seen.Call.Id.PackageName == Id.PackageName && seen.At > At).Select(seen => (DateTimeOffset?)(begin + seen.At)).FirstOrDefault(),
            Next.Attach => trail.Where(step => step.At > begin + At && step.State == AppState.Running).Select(step => (DateTimeOffset?)step.At).FirstOrDefault(),
            _ => trail.Where(step => step.At > begin + At).Select(step => (DateTimeOffset?)step.At).FirstOrDefault(),
        };
    }
}
