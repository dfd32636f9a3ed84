package asl

// Machine is a definition that Parse accepted. It is immutable and safe for concurrent use: it holds no state of
// an execution, and its expressions are parsed.
type Machine struct {
	comment string
	timeout int // seconds; 0 is none
	program *program
	all     []*state // in the order of the definition, a state before the states inside it
}

// Comment returns the definition's Comment.
func (m *Machine) Comment() string { return m.comment }

// program is a set of states with a start: a machine, a branch of a Parallel state, or a Map state's processor.
type program struct {
	startAt string
	states  map[string]*state
}

// The values of the field Type.
const (
	typeChoice   = "Choice"
	typeFail     = "Fail"
	typeMap      = "Map"
	typeParallel = "Parallel"
	typePass     = "Pass"
	typeSucceed  = "Succeed"
	typeTask     = "Task"
	typeWait     = "Wait"
)

type state struct {
	name, path, typ, comment string
	parent                   *state // the enclosing Parallel or Map state
	reachable                bool

	next string // empty for a state that ends its program, and for a Choice

	arguments, output  *template
	assign             []assignment
	retry              []retrier
	catch              []catcher
	timeout, heartbeat *template // seconds

	resource *resource // Task

	choices      []rule // Choice
	defaultState string

	seconds, timestamp *template // Wait

	errorName, cause *template // Fail

	programs []*program // Parallel: its branches; Map: its one processor

	items, itemSelector, maxConcurrency *template // Map
}

type assignment struct {
	name  string
	value *template
}

type rule struct {
	condition *template
	next      string
	output    *template
	assign    []assignment
}

type retrier struct {
	errorEquals []string
	interval    int     // seconds before the first retry
	maxAttempts int     // retries, not counting the first attempt
	backoffRate float64 // factor between one delay and the next
	maxDelay    int     // seconds; 0 is none
	jitter      bool    // JitterStrategy FULL
}

type catcher struct {
	errorEquals []string
	next        string
	output      *template
	assign      []assignment
}
