using Lifecycle.Simulator.Reports;
using Lifecycle.Simulator.Watching;

namespace Lifecycle.Simulator.Worlds;

/// <summary>What came of a world.</summary>
sealed record PlayResult(Figures Figures, Violation? Violation);
