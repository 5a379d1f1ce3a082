using System.Text.RegularExpressions;
using Lifecycle.Local.FunctionsSdk.Hosting.Functions;
using Lifecycle.Local.FunctionsSdk.Hosting.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Lifecycle.Local.FunctionsSdk.Hosting.Queues;

/// <summary>A queue function with the queue and the storage connection it reads.</summary>
sealed partial record QueueEntry(FunctionEntry Function, string Queue, string? Connection)
{
    /// <summary>Adds a function. Returns null, or in words that follow the function's name what is wrong with its queue.</summary>
    public static string? Add(List<QueueEntry> queues, FunctionEntry function, IConfiguration configuration)
    {
        var trigger = (QueueTriggerAttribute)function.Trigger;
        if (SettingText.Resolve(trigger.QueueName, configuration, out var setting) is not { } name)
            return $"reads the queue '{trigger.QueueName}', but there is no setting '{setting}'.";
        if (!Name().IsMatch(name))
            return $"reads the queue '{name}'. A queue's name is 3 to 63 small letters, digits and single dashes within, such as 'my-commands'.";
        queues.Add(new(function, name, trigger.Connection));
        return null;
    }

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
