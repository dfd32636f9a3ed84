package jsonata

import "strings"

// straightforward is the reference implementation without its waiting. Nothing in JSONata waits for anything, but
// the reference is written with async functions, and their promises cost two thirds of an evaluation. Without the
// words async and await, the same functions do the same things one after another.
//
// What is evaluated side by side there (the items of an array or object constructor) is evaluated in order here.
// That shows only where items have effects on each other, or where several of them fail: so an expression that
// assigns variables or draws random numbers, and every one that fails, is evaluated by the reference as it is.
var straightforward = strings.NewReplacer("async function", "function", "async(", "(", "await ", "", "Promise.all(", "(").Replace
