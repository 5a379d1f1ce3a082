using Lifecycle.Fuzzing;

namespace Lifecycle.Functions.Tests;

/// <summary>What holds for every answer, whatever was asked.</summary>
static class FuzzedAnswers
{
    public static void AssertProper(TestApp.Answer answer, FuzzCase made, string what = "")
    {
        Assert.True(answer.Status < 500, $"{made} {what}: {answer.Status} {answer.Text}");
        Assert.DoesNotContain(TestApp.Key, answer.Text);
        if (answer.Status >= 400)
        {
            Assert.True(answer.ContentType == "application/problem+json", $"{made} {what}: {answer.ContentType} {answer.Text}");
            Assert.Equal(answer.Status, answer.Json.GetProperty("status").GetInt32());
            Assert.StartsWith("urn:lifecycle:problem:", answer.Json.GetProperty("type").GetString());
        }
    }
}
