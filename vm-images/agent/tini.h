#ifndef TINI_H
#define TINI_H

/* docker-init: starts a program, passes signals on to it, reaps what is left to it, and exits as the program
 * did. */
int tini_main(int argc, char **argv);

#endif
