#ifndef ERROR_H
#define ERROR_H

/* Why something failed: an errno and a sentence for people. */
struct error {
	int number;
	char text[700];
};

/* Fills *err and returns -number. */
int fail(struct error *err, int number, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As fail(), with ": " and errno's own words behind the sentence. */
int fail_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* errno's words as Go programs print them: "no such file or directory". */
const char *errno_text(int number);

#endif
