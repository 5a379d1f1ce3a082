using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The function runs for every message of a storage queue, several at a time, at least once each.</summary>
public sealed class QueueTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>With a queue.</summary>
    /// <param name="queueName">The queue's name, or <c>%Setting%</c>. The queue is made when it is missing.</param>
    public QueueTriggerAttribute(string queueName)
    {
        QueueName = queueName;
    }

    /// <summary>The queue's name as written.</summary>
    public string QueueName { get; }

    /// <summary>The setting that holds the storage connection; by default <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
