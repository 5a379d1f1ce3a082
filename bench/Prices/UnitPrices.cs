namespace Lifecycle.Bench.Prices;

/// <summary>
/// What Azure charges, in US dollars. ASSUMPTIONS, TO BE REPLACED: list prices for pay-as-you-go in East US without grants or discounts, as
/// remembered from the public price pages and not looked up. Your region, agreement and redundancy have others. Null: not known here.
/// </summary>
sealed record UnitPrices
{
    /// <summary>Where and when.</summary>
    public string AsOf { get; init; } = "East US, list, pay as you go, noted November 2026";

    /// <summary>10,000 requests to queues of a general-purpose v2 account, locally redundant.</summary>
    public decimal QueueRequestsPer10K { get; init; } = 0.004m;

    /// <summary>10,000 requests to tables.</summary>
    public decimal TableRequestsPer10K { get; init; } = 0.00036m;

    /// <summary>A million actions of the Durable Task Scheduler on its Consumption SKU. Not known: enter what the price page says.</summary>
    public decimal? SchedulerPerMillionActions { get; init; }

    /// <summary>A million messages of the SignalR service beyond those that a unit includes.</summary>
    public decimal SignalRPerMillionMessages { get; init; } = 1.00m;

    /// <summary>A day of a standard unit of the SignalR service: 1,000 connections, a million messages.</summary>
    public decimal SignalRUnitPerDay { get; init; } = 1.61m;

    /// <summary>A million executions on the Flex Consumption plan.</summary>
    public decimal PerMillionExecutions { get; init; } = 0.40m;

    /// <summary>A gigabyte-second of an instance on demand.</summary>
    public decimal PerGigabyteSecond { get; init; } = 0.000026m;

    /// <summary>A gigabyte-second of an instance that is always ready, idle.</summary>
    public decimal AlwaysReadyPerGigabyteSecond { get; init; } = 0.000004m;

    /// <summary>A gigabyte of logs, traces and metrics taken in by Application Insights.</summary>
    public decimal PerGigabyteIngested { get; init; } = 2.30m;
}
