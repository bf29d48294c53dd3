/** Letters of Chinese, Japanese and Korean, also in the name of a voice. Only the files of those that are shown are read. */
import '@fontsource-variable/noto-sans-jp';
import '@fontsource-variable/noto-sans-kr';
import '@fontsource-variable/noto-sans-sc';
