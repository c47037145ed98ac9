package lesson

type server struct{ inFlight, weight int }

// LESSON
