using Lifecycle.FunctionsSdk.Tests.Support;
using Lifecycle.Local.Durable;
using Lifecycle.Local.FunctionsSdk.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Lifecycle.FunctionsSdk.Tests.Hosting;

public class DurableFunctionTests
{
    static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Durable_functions_of_every_kind_run_on_virtual_time_without_leaving_the_thread()
    {
        var time = new VirtualTimeProvider(s_start);
        var seen = new List<string>();
        time.Run(async () =>
        {
            await using var host = await StartAsync(time, seen);

            var (status, _, id) = await host.SendAsync("POST", "/api/runs/7");
            Assert.Equal(202, status);
            var run = await host.Host.Services.GetRequiredService<IDurableBackend>().Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

            Assert.Equal((OrchestrationRuntimeStatus.Completed, "14"), (run.RuntimeStatus, run.ReadOutputAs<string>()));
            Assert.Equal((200, "application/json; charset=utf-8", "14"), await host.SendAsync("GET", "/api/totals/a"));
        });

        Assert.Equal(TimeSpan.FromHours(1), time.GetUtcNow() - s_start);
        Assert.Equal(0, time.ForeignPosts);
        Assert.Equal(["StartRun in", "StartRun out", "Double in", "doubled 7", "Double out", "total in", "total out", "ReadTotal in", "ReadTotal out"], seen);
    }

    [Fact]
    public void Activity_ThatThrowsBeforeItsFirstAwait_FailsWithItsOwnException()
    {
        var time = new VirtualTimeProvider(s_start);
        time.Run(async () =>
        {
            await using var host = await StartAsync(time, []);

            var (_, _, id) = await host.SendAsync("POST", "/api/runs/-1");
            var run = await host.Host.Services.GetRequiredService<IDurableBackend>().Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

            Assert.Equal(OrchestrationRuntimeStatus.Completed, run.RuntimeStatus);
            Assert.Equal("refused: System.ArgumentOutOfRangeException", run.ReadOutputAs<string>());
        });
    }

    [Fact]
    public async Task State_of_durable_functions_outlives_the_host()
    {
        using var folder = new TempFolder();
        for (var i = 1; i <= 2; i++)
        {
            await using var host = await StartAsync(TimeProvider.System, [], folder.Path);
            var client = host.Host.Services.GetRequiredService<IDurableBackend>().Client;
            await client.Entities.SignalEntityAsync(new EntityInstanceId("total", "b"), "Add", 5);
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Ask", "b");
            var run = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

            Assert.Equal(5 * i, run.ReadOutputAs<int>());
        }
    }

    static Task<TestHost> StartAsync(TimeProvider time, List<string> seen, string? folder = null) => TestHost.StartAsync(
        builder =>
        {
            if (folder is not null)
                builder.Configuration["Embedded:DataFolder"] = folder;
            builder.Services.AddSingleton(time);
            builder.Services.AddSingleton(seen);
            builder.Services.AddScoped<Counter>();
            builder.UseMiddleware(async (context, next) =>
            {
                seen.Add(context.FunctionDefinition.Name + " in");
                await next();
                seen.Add(context.FunctionDefinition.Name + " out");
            });
        },
        typeof(Functions));

    public sealed class Counter
    {
        public int Uses { get; set; }
    }

    public sealed class TotalEntity(Counter counter) : TaskEntity<int>
    {
        public void Add(int value)
        {
            Assert.Equal(1, ++counter.Uses);
            State += value;
        }

        public int Get() => State;
    }

    public sealed class Functions(Counter counter, List<string> seen)
    {
        [Function("StartRun")]
        public async Task<IActionResult> StartRun(
            [HttpTrigger("post", Route = "runs/{number}")] HttpRequest request,
            int number,
            [DurableClient] DurableTaskClient client,
            CancellationToken cancellation)
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Run), number, cancellation: cancellation);
            return new ContentResult { StatusCode = 202, Content = id };
        }

        [Function("ReadTotal")]
        public async Task<IActionResult> ReadTotal(
            [HttpTrigger("get", Route = "totals/{key}")] HttpRequest request, string key, [DurableClient] DurableTaskClient client)
        {
            var entity = await client.Entities.GetEntityAsync<int>(new EntityInstanceId("total", key));
            return entity is null ? new NotFoundResult() : new OkObjectResult(entity.State);
        }

        [Function(nameof(Run))]
        public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, int number)
        {
            Assert.Equal(number, context.GetInput<int>());
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            try
            {
                var doubled = await context.CallActivityAsync<int>(nameof(Double), number);
                await context.Entities.CallEntityAsync(new EntityInstanceId("total", "a"), "Add", doubled);
                return doubled.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (TaskFailedException e)
            {
                return "refused: " + e.FailureDetails.ErrorType;
            }
        }

        [Function("Ask")]
        public static Task<int> Ask([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.Entities.CallEntityAsync<int>(new EntityInstanceId("total", context.GetInput<string>()!), "Get");

        [Function(nameof(Double))]
        public Task<int> Double([ActivityTrigger] int number, [DurableClient] DurableTaskClient client)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            Assert.NotNull(client);
            Assert.Equal(1, ++counter.Uses);
            seen.Add($"doubled {number}");
            return Task.FromResult(2 * number);
        }

        [Function("total")]
        public static Task Total([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<TotalEntity>();
    }
}
