package message

import "fmt"

// byItself is what is said of what a deployment goes on doing by itself; where nothing is deployed,
// that nothing does.
func (f facts) byItself(deployed string) string {
	if f.record.At.OnLaptop() {
		return f.unwatched()
	}
	return deployed
}

// unwatched keeps people from waiting for what nothing does.
func (f facts) unwatched() string {
	return fmt.Sprintf("Nothing is deployed: nothing watches this, and nothing %s again.", f.words.Acts)
}

// anew is what comes of the next finding about what nobody has cut.
func (f facts) anew() string {
	return f.byItself("The next finding of it is judged anew, and asks again if the policy says so.")
}
