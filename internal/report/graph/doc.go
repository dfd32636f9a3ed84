// Package graph draws a definition of Step Functions with the way that an execution took through it:
// which states it reached and how they ended, as the console of Step Functions colours them. What is
// drawn are coordinates: the page makes SVG of them.
package graph
