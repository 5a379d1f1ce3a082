using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Lifecycle.Local.FunctionsSdk.Hosting.Queues;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.FunctionsSdk.Tests.Hosting.Queues;

public class QueueSettingTests
{
    [Fact]
    public async Task Host_WithoutAStorageSetting_RunsAndSaysWhatIsNotRead()
    {
        await using var host = await QueueRig.StartAsync(_ => { }, typeof(Unset), typeof(Ping));

        Assert.Equal(204, (await host.SendAsync("GET", "http://localhost/api/ping")).Status);
        Assert.Contains("  Queues   not read, for want of the setting 'NoSuchStorage', by Unset", host.Log.ToString());
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("AzureWebJobsStorage:queueServiceUri", "https://a.queue.core.windows.net", "https://a.queue.core.windows.net/")]
    [InlineData("AzureWebJobsStorage__queueServiceUri", "https://a.queue.core.windows.net", "https://a.queue.core.windows.net/")]
    [InlineData("AzureWebJobsStorage:accountName", "a", "https://a.queue.core.windows.net/")]
    public void Connection_ByAnyOfTheOfficialNames_IsFound(string key, string value, string address) =>
        Assert.Equal(new Uri(address), QueueConnection.Open(Settings(key, value), null)!.Uri);

    [Theory]
    [InlineData("Orders", "Orders", true)]
    [InlineData("AzureWebJobsOrders", "Orders", true)]
    [InlineData("Orders:queueServiceUri", "Orders", false)]
    [InlineData("AzureWebJobsStorage", "Orders", null)]
    public void Connection_ByAName_IsFoundWithAndWithoutThePrefix(string key, string connection, bool? byKey)
    {
        var value = byKey == false ? "https://a.queue.core.windows.net" : "UseDevelopmentStorage=true";
        Assert.Equal(byKey is not null, QueueConnection.Open(Settings(key, value), connection) is not null);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "AccountKey=hush", "'AzureWebJobsStorage' is not a storage connection string")]
    [InlineData("AzureWebJobsStorage", "hush", "UseDevelopmentStorage=true")]
    [InlineData("AzureWebJobsStorage:queueServiceUri", "http://a.queue.core.windows.net", "https://<account>.queue.core.windows.net")]
    public void Connection_ThatCannotBeUsed_IsToldWithoutItsSecret(string key, string value, string told)
    {
        var problem = Assert.Single(Assert.Throws<StartProblemException>(() => QueueConnection.Open(Settings(key, value), null)).Problems);

        Assert.Contains(told, problem);
        Assert.DoesNotContain("hush", problem);
    }

    [Fact]
    public void HostJson_WithQueues_IsFollowed()
    {
        var queues = HostJson.Parse(
            """
            { "extensions": { "queues": { "maxPollingInterval": "00:00:02", "visibilityTimeout": "00:00:10", "batchSize": 8,
              "newBatchThreshold": 4, "maxDequeueCount": 3, "messageEncoding": "none", "unknown": 1 } } }
            """,
            "host.json").Queues;

        Assert.Equal(
            new QueueOptions
            {
                MaxPollingInterval = TimeSpan.FromSeconds(2),
                VisibilityTimeout = TimeSpan.FromSeconds(10),
                BatchSize = 8,
                NewBatchThreshold = 4,
                MaxDequeueCount = 3,
                MessageEncoding = QueueEncoding.None,
            },
            queues);
        Assert.Equal(new QueueOptions(), HostJson.Parse("{}", "host.json").Queues);
    }

    [Theory]
    [InlineData("\"maxPollingInterval\": 2000")]
    [InlineData("\"maxPollingInterval\": \"00:00:00\"")]
    [InlineData("\"visibilityTimeout\": \"8.00:00:00\"")]
    [InlineData("\"batchSize\": 33")]
    [InlineData("\"batchSize\": \"16\"")]
    [InlineData("\"newBatchThreshold\": -1")]
    [InlineData("\"maxDequeueCount\": 0")]
    [InlineData("\"messageEncoding\": \"7\"")]
    [InlineData("\"messageEncoding\": \"utf8\"")]
    public void HostJson_WithAWrongQueueValue_NamesIt(string value)
    {
        var problem = Assert.Throws<StartProblemException>(() => HostJson.Parse($$"""{ "extensions": { "queues": { {{value}} } } }""", "host.json"));

        Assert.Contains($"extensions.queues.{value.Split('"')[1]} should be", problem.Message);
    }

    static IConfiguration Settings(string key, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();

    public static class Unset
    {
        [Function("Unset")]
        public static void Run([QueueTrigger("orders", Connection = "NoSuchStorage")] string message)
        {
        }
    }

    public static class Ping
    {
        [Function("Ping")]
        public static Microsoft.AspNetCore.Mvc.IActionResult Run([HttpTrigger("get", Route = "ping")] Microsoft.AspNetCore.Http.HttpRequest request) =>
            new Microsoft.AspNetCore.Mvc.NoContentResult();
    }
}
